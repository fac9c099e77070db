namespace Greenery.Alerts.Channels;

/// <summary>E-mail by SendGrid: settings <c>Greenery:Alerts:Email:*</c>.</summary>
/// <param name="ApiKey">A key that may send mail (<c>ApiKey</c>).</param>
/// <param name="From">A sender that SendGrid has verified, in ASCII (<c>From</c>).</param>
/// <param name="FromName">The name beside it (<c>FromName</c>); Greenery by default.</param>
/// <param name="Host">Where the account is: <c>us</c> (the default), <c>eu</c>, or the address of a relay
/// (<c>Host</c>).</param>
public sealed record EmailChannel(Secret ApiKey, string From, string FromName, Uri Host);
