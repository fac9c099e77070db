using System.Buffers.Binary;
using System.Text;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging;
using Greenery.Staging.Parsing;
using Greenery.Staging.Parsing.Csv;
using Greenery.Staging.Parsing.Json;
using Greenery.Staging.Quarantine;
using Greenery.Staging.Types;

namespace Greenery.Tests.Staging;

/// <summary>What the parser made of a file, without a database.</summary>
/// <param name="Rows">Of the file.</param>
/// <param name="Good">The fields of the good rows as their binary form, read as text; null for null.</param>
/// <param name="Quarantine">The bad rows' COPY, byte for byte.</param>
/// <param name="Refusal">Why the file was refused; null when it was not.</param>
internal sealed record Parsed(long Rows, List<string?[]> Good, byte[] Quarantine, string? Refusal);

internal static class ParserHarness
{
    /// <summary>Text columns only, so that what is read can be compared as text.</summary>
    public static SourceTable Texts(int columns) => LoadHarness.Plants with
    {
        Columns = [.. Enumerable.Range(0, columns).Select(i => LoadHarness.Column($"c{i}", "text"))],
        PrimaryKey = ["c0"],
    };

    public static Task<Parsed> ParseAsync(
        SourceTable table, DropFormat format, byte[] content, int chunk = int.MaxValue) =>
        ParseAsync(table, format, new ChunkedStream(content, chunk, chunk));

    public static async Task<Parsed> ParseAsync(SourceTable table, DropFormat format, Stream content)
    {
        await using var quarantine =
            new QuarantineWriter(new QuarantineOrigin(1, 1, 1, "t"), new RejectLimit(null, 100));
        using RowReader reader = format switch
        {
            DropFormat.Csv => new CsvRows(table),
            DropFormat.Json => new JsonArrayRows(table),
            _ => new NdJsonRows(table),
        };
        using var window = new InputWindow(content);
        var copied = new List<byte[]>();
        using var output = new RowOutput(RowTrailer.Nothing, quarantine);
        try
        {
            await reader.OpenAsync(window, CancellationToken.None);
            output.Start(reader.Columns.Count);
            await ReadAsync(reader, window, output, copied);
        }
        catch (RefusedDropException refusal)
        {
            return new Parsed(0, [], [], refusal.Message);
        }
        var bad = new MemoryStream();
        await quarantine.CopyToAsync(bad, CancellationToken.None);
        return new Parsed(output.Rows, Decode([.. copied.SelectMany(x => x)]), bad.ToArray(), null);
    }

    private static async Task ReadAsync(RowReader reader, InputWindow window, RowOutput output, List<byte[]> copied)
    {
        ReadStep step;
        do
        {
            step = reader.Read(window, output);
            if (step == ReadStep.NeedsInput)
            {
                await window.FillAsync(CancellationToken.None);
            }
            else
            {
                using var page = output.Detach();
                copied.Add(page.Content.ToArray());
            }
        }
        while (step != ReadStep.Finished);
    }

    // Header of 19 bytes; then rows of a count and, for each field, a length and its bytes.
    private static List<string?[]> Decode(byte[] copy)
    {
        var rows = new List<string?[]>();
        var at = 19;
        while (at < copy.Length)
        {
            var row = new string?[BinaryPrimitives.ReadInt16BigEndian(copy.AsSpan(at))];
            at += 2;
            for (var i = 0; i < row.Length; i++)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(copy.AsSpan(at));
                row[i] = length < 0 ? null : Encoding.UTF8.GetString(copy.AsSpan(at + 4, length));
                at += 4 + Math.Max(0, length);
            }
            rows.Add(row);
        }
        return rows;
    }
}
