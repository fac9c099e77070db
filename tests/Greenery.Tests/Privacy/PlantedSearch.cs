using System.Text;
using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Privacy;

/// <summary>All that the product wrote or sent, by where it was read, and the planted values that are in it.</summary>
internal sealed partial class PlantedSearch
{
    // The only columns that are meant to hold rows as they came.
    private const string RawColumns = "'raw', 'raw_bytes'";

    private const int Around = 60;

    private readonly List<(string Place, string Text)> _texts = [];

    public void Add(string place, string text) => _texts.Add((place, text));

    public void Add(string place, CliResult result) => Add(place, $"{result.Output}\n{result.Error}");

    /// <summary>Everything that was read at places whose name contains this.</summary>
    public string TextOf(string place) => string.Join('\n', _texts
        .Where(text => text.Place.Contains(place, StringComparison.Ordinal)).Select(text => text.Text));

    /// <summary>Files of a folder; the parts of a mail as its reader sees them.</summary>
    public void AddFolder(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            // Encoded bytes may have any three letters.
            Add(Path.GetFileName(file), Base64Part().Replace(text, ""));
            foreach (Match part in Base64Part().Matches(text))
            {
                Add(Path.GetFileName(file), Encoding.UTF8.GetString(Convert.FromBase64String(part.Groups[1].Value)));
            }
        }
    }

    /// <summary>Every row of every ops table.</summary>
    public async Task AddLedgersAsync(TestWarehouse test)
    {
        foreach (var table in await test.ListAsync(
            "select table_name::text from information_schema.tables where table_schema = 'ops'"))
        {
            Add($"ops.{table}", string.Join('\n', await test.ListAsync(
                $"select (to_jsonb(t) - array[{RawColumns}])::text from ops.{table} as t")));
        }
    }

    /// <summary>Where a planted value is, with what is around it.</summary>
    public IReadOnlyList<string> Found() =>
    [
        .. _texts.SelectMany(text => PlantedFiles.Typed.Append(PlantedFiles.Mark)
            .Select(planted => (text, At: text.Text.IndexOf(planted, StringComparison.OrdinalIgnoreCase))))
            .Where(found => found.At >= 0)
            .Select(found => $"{found.text.Place}: {Excerpt(found.text.Text, found.At)}"),
    ];

    private static string Excerpt(string text, int at) =>
        text[Math.Max(0, at - Around)..Math.Min(text.Length, at + Around)].ReplaceLineEndings(" ");

    [GeneratedRegex(@"Content-Transfer-Encoding: base64\r\n(?:[^\r\n]+\r\n)*\r\n([A-Za-z0-9+/=\r\n]+)")]
    private static partial Regex Base64Part();
}
