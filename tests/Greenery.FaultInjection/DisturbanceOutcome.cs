namespace Greenery.FaultInjection;

/// <summary>What became of a run that something happened to.</summary>
internal enum DisturbanceOutcome
{
    /// <summary>It went on by itself and published, or had done so before.</summary>
    Unharmed,

    /// <summary>Another process resumed it, and it published.</summary>
    Resumed,

    /// <summary>It failed, or had not begun yet; another run published.</summary>
    Anew,
}
