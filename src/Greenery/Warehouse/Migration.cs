using System.Security.Cryptography;
using System.Text;

namespace Greenery.Warehouse;

/// <summary>A step of schema ops from one version to the next.</summary>
/// <param name="Name">As <c>ops.migration</c> knows it: <c>0001_ledgers.sql</c>. They are run in the order of names.
/// </param>
/// <param name="Sql">What it does.</param>
public sealed record Migration(string Name, string Sql)
{
    private const string Folder = "Greenery.Warehouse.Migrations.";

    /// <summary>Those of this program, in order: it carries them, whatever project it works for.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. typeof(Migration).Assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(resource => new Migration(resource[Folder.Length..], Read(resource)))];

    /// <summary>Line ends do not count: a program that was built on another system has the same migration.</summary>
    public string Checksum => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(Migration).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
