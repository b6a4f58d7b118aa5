// Tokens and nested references capture a stack trace each, which takes a third of the time and three quarters of the heap.
process.env["CDKTN_DISABLE_CREATION_STACK"] = "1";
