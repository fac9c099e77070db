using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Channels;

/// <summary>Reads <see cref="EmailChannel"/>.</summary>
internal sealed class EmailChannelReader(ChannelSettings settings)
{
    private static readonly string[] Keys = ["ApiKey", "From", "FromName", "Host"];

    /// <returns>Null where there is none, or it is wrong.</returns>
    public EmailChannel? Read()
    {
        var email = settings["Email"];
        if (!email.Exists() || settings.RefuseReferences(email))
        {
            return null;
        }
        settings.RefuseUnknown(email, Keys);
        var key = ReadKey(email["ApiKey"]);
        var from = settings.ReadFrom("Email:From", email["From"], ", a sender that SendGrid has verified");
        var name = settings.ReadFromName("Email:FromName", email["FromName"]);
        var host = ReadHost(email["Host"]);
        return key is null || from is null || name is null || host is null ? null
            : new EmailChannel(key, from, name, host);
    }

    private Secret? ReadKey(string? text)
    {
        var key = text?.Trim();
        return string.IsNullOrEmpty(key)
            ? settings.Refuse<Secret>(
                "Email:ApiKey", "is not set; expected a SendGrid key with the permission Mail Send.")
            : key.All(c => c is > ' ' and < '\x7f') ? new Secret(key)
            : settings.Refuse<Secret>(
                "Email:ApiKey", "has characters in it that no key has; copy it anew (it is not shown here).");
    }

    private Uri? ReadHost(string? text) => text?.Trim() switch
    {
        null or "" => new Uri("https://api.sendgrid.com"),
        var us when us.Equals("us", StringComparison.OrdinalIgnoreCase) => new Uri("https://api.sendgrid.com"),
        var eu when eu.Equals("eu", StringComparison.OrdinalIgnoreCase) => new Uri("https://api.eu.sendgrid.com"),
        var other => ChannelSettings.SafeAddress(other) is { Query: "", UserInfo: "" } relay
            ? relay
            : settings.Refuse<Uri>(
                "Email:Host", $"{ChannelSettings.Show(other)} is no host of SendGrid; expected us, eu, or the https "
                    + "address of a relay."),
    };
}
