namespace Greenery.Alerts.Channels;

/// <summary>A Teams channel after a Workflows webhook: setting <c>Greenery:Alerts:Teams:&lt;name&gt;:Url</c>.</summary>
/// <param name="Name">What settings and .yml files call it.</param>
/// <param name="Url">The webhook's address; its <c>sig</c> is the credential, so all of it is kept secret.</param>
public sealed record TeamsChannel(string Name, Secret Url);
