using Greenery.Alerts.Routing;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Channels;

/// <summary>The section <c>Greenery:Alerts</c>, and what its readers found wrong with it.</summary>
internal sealed class ChannelSettings(IConfiguration configuration, ICollection<Diagnostic> diagnostics)
{
    private const string Section = "Greenery:Alerts";

    private readonly IConfigurationSection _section = configuration.GetSection(Section);

    public IConfigurationSection this[string key] => _section.GetSection(key);

    /// <summary>Notes what is wrong.</summary>
    /// <param name="key">Below the section.</param>
    /// <param name="message">What was found, what was expected.</param>
    /// <returns>Null, for the reader to return.</returns>
    public T? Refuse<T>(string key, string message)
        where T : class
    {
        diagnostics.Add(new Diagnostic($"{Section}:{key}", message));
        return null;
    }

    /// <summary>Refuses values that are references to secrets which could not be read.</summary>
    /// <returns>Whether there are any: then the section describes no channel that can be used.</returns>
    public bool RefuseReferences(IConfigurationSection section)
    {
        var references = section.AsEnumerable()
            .Where(value => KeyVaultReference.IsUnresolved(value.Value)).Select(value => value.Key).ToList();
        foreach (var reference in references)
        {
            Refuse<object>(reference[(Section.Length + 1)..], KeyVaultReference.Fault);
        }
        return references.Count > 0;
    }

    public void RefuseUnknown(IConfigurationSection section, string[] known)
    {
        var place = section.Path[(Section.Length + 1)..];
        if (!string.IsNullOrEmpty(section.Value))
        {
            Refuse<object>(place,
                $"is no setting by itself; expected {string.Join(", ", known.Select(key => $"{place}:{key}"))}.");
        }
        foreach (var child in section.GetChildren()
            .Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            Refuse<object>($"{place}:{child.Key}",
                $"is no setting; expected {string.Join(", ", known)}.{Suggestion.Sentence(child.Key, known)}");
        }
    }

    /// <param name="key">The sender's setting.</param>
    /// <param name="text">Its value.</param>
    /// <param name="condition">What else a sender must be; begins with a comma, or is empty.</param>
    public string? ReadFrom(string key, string? text, string condition) =>
        string.IsNullOrWhiteSpace(text)
            ? Refuse<string>(key, $"is not set; expected {MailAddresses.Expected}{condition}.")
        : MailAddresses.IsValid(text.Trim()) && text.All(char.IsAscii) ? text.Trim()
        : Refuse<string>(key, $"'{text}' is no e-mail address; expected {MailAddresses.Expected}, in ASCII.");

    /// <summary>The sender's name. SendGrid takes neither Unicode in it nor these separators.</summary>
    public string? ReadFromName(string key, string? text) =>
        string.IsNullOrWhiteSpace(text) ? "Greenery"
        : text.All(c => c is >= ' ' and < '\x7f' and not (',' or ';' or '<' or '>' or '"')) ? text.Trim()
        : Refuse<string>(
            key, $"'{text}' cannot be a sender's name; expected letters of ASCII without , ; < > \".");

    /// <summary>A wrong value for a message; not one that may have a password in it, such as an address.</summary>
    public static string Show(string text) =>
        text.AsSpan().IndexOfAny("@?") < 0 ? $"'{text}'" : "The value (it is not shown here)";

    // Without TLS the network could read the key; a loopback address does not leave this machine.
    public static Uri? SafeAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)) ? url : null;
}
