using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts.Pictures;

/// <summary>
/// docs/messages/manifest.json: of each picture beside it the SHA-256 of the HTML that it was rendered from. A picture
/// differs with the browser and its fonts, the HTML does not.
/// </summary>
internal static class PictureManifest
{
    /// <summary>What a picture may weigh: pages with them are read on phones.</summary>
    public const int MostBytes = 150_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Folder { get; } = Path.Combine(Repository.Top, "docs", "messages");

    private static string File { get; } = Path.Combine(Folder, "manifest.json");

    public static string PathOf(string name) => Path.Combine(Folder, $"{name}.png");

    public static string HashOf(string html) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(html)));

    /// <summary>By picture; empty where none was rendered yet.</summary>
    public static SortedDictionary<string, string> Read() => System.IO.File.Exists(File)
        ? new SortedDictionary<string, string>(
            JsonSerializer.Deserialize<Dictionary<string, string>>(System.IO.File.ReadAllText(File))!,
            StringComparer.Ordinal)
        : new SortedDictionary<string, string>(StringComparer.Ordinal);

    public static void Write(string name, string hash)
    {
        var all = Read();
        all[name] = hash;
        System.IO.File.WriteAllText(File, JsonSerializer.Serialize(all, Indented) + "\n");
    }
}
