namespace Greenery.Publishing;

/// <summary>
/// The new versions cannot be shown without breaking what people built on the marts, or without waiting longer for
/// their queries than is reasonable. Nothing was published; the message says what is in the way.
/// </summary>
public sealed class PublishConflictException(string message, bool isBlocked = false) : Exception(message)
{
    /// <summary>
    /// Whether readers' transactions were in the way: no verdict on the data, so the same can be published later.
    /// </summary>
    public bool IsBlocked => isBlocked;
}
