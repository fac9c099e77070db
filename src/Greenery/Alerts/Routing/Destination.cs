namespace Greenery.Alerts.Routing;

/// <summary>Where a message goes.</summary>
/// <param name="Kind">Which transport: <c>email</c>, <c>teams</c>, <c>folder</c>.</param>
/// <param name="Address">A mail address, or the name of a Teams channel or folder in the settings; never a
/// secret.</param>
public sealed record Destination(string Kind, string Address);
