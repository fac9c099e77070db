namespace Greenery.Alerts.Channels;

/// <summary>E-mail by a mail server: settings <c>Greenery:Alerts:Smtp:*</c>.</summary>
/// <param name="Host">Name of the server (<c>Host</c>).</param>
/// <param name="Port">Its port (<c>Port</c>): by default 587 with STARTTLS, 465 with TLS, 25 without.</param>
/// <param name="Security">How the connection is encrypted (<c>Security</c>); STARTTLS by default.</param>
/// <param name="Login">User and password; null for a server that asks for none.</param>
/// <param name="From">The sender, in ASCII (<c>From</c>).</param>
/// <param name="FromName">The name beside it (<c>FromName</c>); Greenery by default.</param>
public sealed record SmtpChannel(
    string Host, int Port, SmtpSecurity Security, SmtpLogin? Login, string From, string FromName);

/// <summary>The account at a mail server.</summary>
/// <param name="User">Its name (<c>User</c>).</param>
/// <param name="Password">Its password (<c>Password</c>).</param>
public sealed record SmtpLogin(string User, Secret Password);

/// <summary>How the connection to a mail server is encrypted.</summary>
public enum SmtpSecurity
{
    /// <summary>It begins in plain text and is encrypted before anything is said; refused where the server cannot.
    /// </summary>
    StartTls,

    /// <summary>Encrypted from the first byte.</summary>
    Tls,

    /// <summary>Not at all; only for a server on this machine.</summary>
    None,
}
