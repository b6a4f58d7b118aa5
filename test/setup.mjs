// Before the first construct: every token would capture a stack trace otherwise.
process.env.CDKTN_DISABLE_CREATION_STACK = "1";
