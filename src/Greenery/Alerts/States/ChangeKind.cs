namespace Greenery.Alerts.States;

/// <summary>What happened to a state.</summary>
public enum ChangeKind
{
    /// <summary>It was well before.</summary>
    Opened,

    /// <summary>It was a warning before, and is an error now.</summary>
    Worsened,

    /// <summary>It was an error before, and is a warning now.</summary>
    Eased,

    Recovered,

    /// <summary>It has stayed open for so many days.</summary>
    Reminded,

    /// <summary>What was open is no longer part of the project. Nobody is told.</summary>
    Gone,
}
