/** Something that the user has to put right: the message is shown as it is, without a stack. */
export class Refusal extends Error {}
