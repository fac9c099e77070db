namespace Greenery.Alerts.Routing;

/// <summary>A user whom the settings name: hears of what they list, and gets its digest.</summary>
/// <param name="Person">An address, or a channel's or an owner's name.</param>
/// <param name="To">Marts, models and source tables; empty for everything.</param>
/// <param name="Setting">The setting's name, for messages.</param>
public sealed record Subscription(string Person, IReadOnlyList<string> To, string Setting);
