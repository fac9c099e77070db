namespace Greenery.Alerts.Routing;

/// <summary>A way to people that the settings describe.</summary>
/// <param name="Name">What <c>meta: channel</c> and the settings call it; <c>email</c> for mail.</param>
/// <param name="Kind">Which transport serves it: <c>email</c>, <c>teams</c>, <c>folder</c>.</param>
public sealed record Channel(string Name, string Kind)
{
    /// <summary>The kind whose destinations are people's addresses; those of the others are channels.</summary>
    public const string Email = "email";

    public bool IsEmail => Kind == Email;

    /// <summary>
    /// What is wrong with its settings; null when nothing is. Its messages wait, and the other channels say so.
    /// </summary>
    public string? Fault { get; init; }
}
