namespace Greenery.Publishing;

/// <summary>
/// The new versions cannot be shown without breaking what people built on the marts, or without waiting longer for
/// their queries than is reasonable. Nothing was published; the message says what is in the way.
/// </summary>
public sealed class PublishConflictException(string message) : Exception(message);
