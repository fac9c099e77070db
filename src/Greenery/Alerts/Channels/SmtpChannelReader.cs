using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Channels;

/// <summary>Reads <see cref="SmtpChannel"/>.</summary>
internal sealed class SmtpChannelReader(ChannelSettings settings)
{
    private static readonly string[] Keys = ["Host", "Port", "Security", "User", "Password", "From", "FromName"];

    /// <returns>Null where there is none, or it is wrong.</returns>
    public SmtpChannel? Read()
    {
        var smtp = settings["Smtp"];
        if (!smtp.Exists() || settings.RefuseReferences(smtp))
        {
            return null;
        }
        settings.RefuseUnknown(smtp, Keys);
        if (settings["Email"].Exists())
        {
            return settings.Refuse<SmtpChannel>(
                "Smtp", "is set beside Greenery:Alerts:Email; expected one of them: mail goes out by one way.");
        }
        var host = ReadHost(smtp["Host"]);
        var security = ReadSecurity(smtp["Security"], host);
        var port = ReadPort(smtp["Port"], security);
        var (login, isLogin) = ReadLogin(smtp);
        var from = settings.ReadFrom("Smtp:From", smtp["From"], "");
        var name = settings.ReadFromName("Smtp:FromName", smtp["FromName"]);
        return host is null || security is null || port is null || !isLogin || from is null || name is null ? null
            : new SmtpChannel(host, port.Value, security.Value, login, from, name);
    }

    private string? ReadHost(string? text)
    {
        var host = text?.Trim();
        return string.IsNullOrEmpty(host)
            ? settings.Refuse<string>("Smtp:Host", "is not set; expected a mail server such as smtp.greenery.example.")
            : Uri.CheckHostName(host) != UriHostNameType.Unknown ? host
            : settings.Refuse<string>("Smtp:Host",
                $"{ChannelSettings.Show(host)} is no name of a server; expected one such as smtp.greenery.example, "
                    + "its port in Smtp:Port.");
    }

    private SmtpSecurity? ReadSecurity(string? text, string? host)
    {
        var security = text?.Trim().ToLowerInvariant() switch
        {
            null or "" or "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.Tls,
            "none" => SmtpSecurity.None,
            _ => (SmtpSecurity?)null,
        };
        if (security is null)
        {
            settings.Refuse<object>("Smtp:Security", $"'{text}' is unknown; expected starttls, tls or none.");
        }
        else if (security is SmtpSecurity.None && host is not null && !IsLoopback(host))
        {
            settings.Refuse<object>("Smtp:Security",
                $"none is for a server on this machine only, and {host} is not; expected starttls or tls.");
            return null;
        }
        return security;
    }

    private int? ReadPort(string? text, SmtpSecurity? security)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return security switch { SmtpSecurity.Tls => 465, SmtpSecurity.None => 25, _ => 587 };
        }
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and < 65536)
        {
            return port;
        }
        settings.Refuse<object>("Smtp:Port", $"'{text}' is no port; expected a number from 1 to 65535.");
        return null;
    }

    private (SmtpLogin? Login, bool IsRight) ReadLogin(IConfigurationSection smtp) =>
        (smtp["User"]?.Trim(), smtp["Password"]) switch
        {
            (null or "", null or "") => (null, true),
            (null or "", _) => Half("Smtp:User", "is not set beside Smtp:Password"),
            (_, null or "") => Half("Smtp:Password", "is not set beside Smtp:User"),
            var (user, password) => (new SmtpLogin(user, new Secret(password)), true),
        };

    private (SmtpLogin? Login, bool IsRight) Half(string key, string fault)
    {
        settings.Refuse<object>(key, $"{fault}; expected both, or neither for a server that asks for no login.");
        return (null, false);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
