namespace Greenery.Alerts.Messages;

/// <summary>How bad a message is.</summary>
public enum MessageSeverity
{
    /// <summary>Something is right again.</summary>
    Good,

    /// <summary>For information, such as the digest.</summary>
    Plain,

    /// <summary>Worth a look; readers have today's data.</summary>
    Warning,

    /// <summary>Nothing was published, or infrastructure failed.</summary>
    Error,
}
