using System.Security.Cryptography;
using System.Text;

namespace Greenery.Reports;

/// <summary>
/// The page's style sheet and script, which stand in it and are allowed by their hash: nothing else runs.
/// </summary>
internal sealed class Asset
{
    public static readonly Asset Style = new("report.css");

    public static readonly Asset Script = new("report.js");

    private Asset(string name)
    {
        using var reader = new StreamReader(typeof(Asset).Assembly.GetManifestResourceStream(name)!);
        Text = reader.ReadToEnd().ReplaceLineEndings("\n");
        Hash = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";
    }

    public string Text { get; }

    /// <summary>As a content security policy names it.</summary>
    public string Hash { get; }

    /// <summary>No address is allowed but the ones within the page.</summary>
    public static string Policy =>
        $"default-src 'none'; style-src {Style.Hash}; script-src {Script.Hash}; img-src data:; base-uri 'none'; "
            + $"form-action 'none'";
}
