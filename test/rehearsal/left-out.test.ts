import { contractsLeftOut, partOf } from "../../lib/rehearsal/left-out.ts";

const stack = {
  resource: {
    aws_lacking: { a: { name: "x" } },
    aws_vpc: { free: { cidr_block: "10.0.0.0/16" } },
    aws_subnet: { direct: { tags: { of: "${aws_lacking.a.id}" } } },
    aws_route: { indirect: { depends_on: ["aws_subnet.direct"] } },
    aws_eip: { through: { tags: { of: "${data.aws_thing.read.id}" } } },
  },
  data: { aws_thing: { read: { name: "${aws_lacking.a.name}" } } },
};

test("what the simulator lacks is left out with everything that refers to it, directly or not", () => {
  const { applied, leftOut } = partOf(stack, { aws_lacking: "it has none" });
  expect(applied).toEqual(["aws_vpc.free"]);
  expect(leftOut).toEqual([
    { address: "aws_lacking.a", because: "it has none" },
    { address: "aws_subnet.direct", because: "refers to aws_lacking.a" },
    { address: "aws_route.indirect", because: "refers to aws_subnet.direct" },
    { address: "aws_eip.through", because: "refers to data.aws_thing.read" },
  ]);
});

test("nothing is left out where the simulator carries everything", () => {
  expect(partOf(stack, {})).toEqual({
    applied: expect.arrayContaining(["aws_lacking.a", "aws_vpc.free"]),
    leftOut: [],
  });
});

test("a contract among what is left out is named", () => {
  const contract = {
    resource: {
      aws_lacking: { a: { name: "x" } },
      aws_ssm_parameter: {
        endpoint: { name: "/dodeca/shop/dev/data/a/endpoint", value: "${aws_lacking.a.endpoint}" },
        other: { name: "/elsewhere", value: "${aws_lacking.a.endpoint}" },
      },
    },
  };
  expect(contractsLeftOut(contract, partOf(contract, { aws_lacking: "it has none" }))).toEqual([
    "/dodeca/shop/dev/data/a/endpoint",
  ]);
});
