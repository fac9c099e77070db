namespace Greenery.Alerts.Channels;

/// <summary>A text that no log, exception or record shows by accident: it has to be asked for.</summary>
public sealed class Secret(string value)
{
    /// <summary>For the request that needs it, and for nothing else.</summary>
    public string Reveal() => value;

    public override string ToString() => "***";
}
