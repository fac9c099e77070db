using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Greenery;

/// <summary>
/// Signs addresses of this installation, so that who has one may read that page, and nothing else, until it expires:
/// HMAC-SHA256 (RFC 2104) over the path and the time of expiry. Settings <c>Greenery:Links:*</c>.
/// </summary>
public sealed class LinkSigner
{
    /// <summary>The shortest key, in characters: as long as the hash.</summary>
    public const int ShortestKey = 32;

    /// <summary>How long links are valid by default, in days.</summary>
    public const int UsualDays = 28;

    private const string Section = "Greenery:Links";
    private const string KeyName = "Key";
    private const string PreviousKeyName = "PreviousKey";
    private const string ValidDays = "ValidDays";
    private const int MostDays = 366;

    private static readonly string[] Known = [KeyName, PreviousKeyName, ValidDays];

    private readonly byte[][] _keys;
    private readonly TimeSpan _validity;

    /// <param name="key">Signs.</param>
    /// <param name="previousKey">What it signed is still valid while the key is changed; null for none.</param>
    /// <param name="validity">How long links are valid.</param>
    public LinkSigner(string key, string? previousKey, TimeSpan validity)
    {
        _keys = [.. new[] { key, previousKey }.OfType<string>().Select(Encoding.UTF8.GetBytes)];
        _validity = validity;
    }

    /// <summary>The signer of the settings; null without a key. What is wrong is added.</summary>
    public static LinkSigner? Read(IConfiguration configuration, ICollection<Diagnostic> diagnostics)
    {
        var section = configuration.GetSection(Section);
        foreach (var child in section.GetChildren()
            .Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            diagnostics.Add(new Diagnostic($"{Section}:{child.Key}",
                $"is no setting; expected {string.Join(", ", Known)}.{Suggestion.Sentence(child.Key, Known)}"));
        }
        var key = ReadKey(section, KeyName, diagnostics);
        // Where no keys are changed there is no earlier one, and its reference leads nowhere.
        var previous = KeyVaultReference.IsUnresolved(section[PreviousKeyName])
            ? null : ReadKey(section, PreviousKeyName, diagnostics);
        var days = ReadDays(section[ValidDays], diagnostics);
        if (key is null && previous is not null)
        {
            diagnostics.Add(new Diagnostic($"{Section}:{PreviousKeyName}",
                $"is set without {Section}:{KeyName}; expected the key that signs now, and here the one before it."));
        }
        return key is null ? null : new LinkSigner(key, previous, TimeSpan.FromDays(days));
    }

    /// <summary>The query that makes a path readable: <c>expires=1790000000&amp;signature=...</c>.</summary>
    /// <param name="path">As in the address, without what a proxy puts before it: <c>api/reports/7</c>.</param>
    /// <param name="now">Counts from here.</param>
    public string Query(string path, DateTimeOffset now)
    {
        var expires = (now + _validity).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"expires={expires}&signature={Convert.ToHexStringLower(Hash(_keys[0], path, expires))}";
    }

    /// <summary>Whether a caller may read a path. Takes as long for a wrong signature as for a right one.</summary>
    /// <param name="path">As it was signed.</param>
    /// <param name="expires">Of the query.</param>
    /// <param name="signature">Of the query.</param>
    /// <param name="now">The time of the request.</param>
    public SignedLinkState Verify(string path, string expires, string signature, DateTimeOffset now)
    {
        var sent = new byte[HMACSHA256.HashSizeInBytes];
        var isHash = signature.Length == 2 * sent.Length
            && Convert.FromHexString(signature, sent, out _, out _) == System.Buffers.OperationStatus.Done;
        var isSigned = _keys.Aggregate(false, (found, key) =>
            CryptographicOperations.FixedTimeEquals(Hash(key, path, expires), sent) | found);
        return !(isHash && isSigned)
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            ? SignedLinkState.Invalid
            : now.ToUnixTimeSeconds() < end ? SignedLinkState.Valid : SignedLinkState.Expired;
    }

    private static byte[] Hash(byte[] key, string path, string expires) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{path}\n{expires}"));

    private static string? ReadKey(IConfigurationSection section, string name, ICollection<Diagnostic> diagnostics)
    {
        var text = section[name]?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        if (KeyVaultReference.IsUnresolved(text))
        {
            diagnostics.Add(new Diagnostic($"{Section}:{name}", KeyVaultReference.Fault));
            return null;
        }
        if (text.Length < ShortestKey)
        {
            diagnostics.Add(new Diagnostic($"{Section}:{name}",
                $"has {text.Length} characters (not shown here); expected a random text of at least {ShortestKey}, "
                + "such as 'openssl rand -hex 32' makes."));
            return null;
        }
        return text;
    }

    private static int ReadDays(string? text, ICollection<Diagnostic> diagnostics)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return UsualDays;
        }
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is >= 1 and <= MostDays)
        {
            return days;
        }
        diagnostics.Add(new Diagnostic(
            $"{Section}:{ValidDays}", $"is '{text}'; expected a number of days from 1 to {MostDays}."));
        return UsualDays;
    }
}
