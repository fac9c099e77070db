namespace Greenery.Alerts.Routing;

/// <summary>A user, and one way to reach them.</summary>
/// <param name="Person">Whom the message is for: an owner or a subscriber, as named.</param>
/// <param name="Channel">The name of the way.</param>
/// <param name="Destination">Where it goes.</param>
public sealed record Recipient(string Person, string Channel, Destination Destination);
