using System.Globalization;
using System.IO.Compression;
using Greenery.Sources;
using Greenery.Tests.Staging;
using Parquet.Schema;

namespace Greenery.Benchmarks.Load;

/// <summary>The events of a CSV file in the other formats that suppliers send.</summary>
internal static class FormatFiles
{
    private const string Main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string PackageRelations = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const int RowsOfGroup = 100_000;

    /// <summary>All text quoted, with semicolons, in Windows-1252.</summary>
    public static void WriteQuoted(string csv, string target)
    {
        using var writer =
            new StreamWriter(target, append: false, FileEncodings.FindSingleByte("windows-1252"), 1 << 20);
        foreach (var fields in Rows(csv))
        {
            writer.WriteLine(string.Join(';', fields.Select(field => field.Length == 0 ? "" : $"\"{field}\"")));
        }
    }

    /// <summary>Ids as text, created_at as a timestamp; row groups of 100,000 rows.</summary>
    public static async Task WriteParquetAsync(string csv, string target)
    {
        var rows = Rows(csv).ToList();
        var columns = rows[0].Select((name, at) => name == "created_at"
            ? ParquetDrop.Of(
                new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, isNullable: true),
                [.. rows.Skip(1).Select(row => (DateTime?)DateTime.Parse(
                    row[at], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal))])
            : ParquetDrop.Text(name, [.. rows.Skip(1).Select(row => row[at].Length == 0 ? null : row[at])]));
        await File.WriteAllBytesAsync(
            target, await ParquetDrop.WriteAsync(new Parquet.ParquetOptions(), RowsOfGroup, [.. columns]));
    }

    /// <summary>A workbook of one sheet, all cells text.</summary>
    public static void WriteWorkbook(string csv, string target)
    {
        using var zip = new ZipArchive(File.Create(target), ZipArchiveMode.Create);
        Add(zip, "xl/workbook.xml", $"<workbook {Main} xmlns:r=\"{Relations}\"><sheets><sheet name=\"events\" "
            + "sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
        Add(zip, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{PackageRelations}\"><Relationship Id=\"r1\" "
            + $"Type=\"{Relations}/worksheet\" Target=\"worksheets/s1.xml\"/></Relationships>");
        using var sheet = new StreamWriter(zip.CreateEntry("xl/worksheets/s1.xml", CompressionLevel.Fastest).Open());
        sheet.Write($"<worksheet {Main}><sheetData>");
        foreach (var (index, fields) in Rows(csv).Index())
        {
            sheet.Write($"<row r=\"{index + 1}\">");
            foreach (var (at, field) in fields.Index().Where(cell => cell.Item.Length > 0))
            {
                sheet.Write(
                    $"<c r=\"{(char)('A' + at)}{index + 1}\" t=\"inlineStr\"><is><t>{field}</t></is></c>");
            }
            sheet.Write("</row>");
        }
        sheet.Write("</sheetData></worksheet>");
    }

    // The events have no comma and no quote.
    private static IEnumerable<string[]> Rows(string csv) => File.ReadLines(csv).Select(line => line.Split(','));

    private static void Add(ZipArchive zip, string part, string xml)
    {
        using var writer = new StreamWriter(zip.CreateEntry(part).Open());
        writer.Write("<?xml version=\"1.0\"?>" + xml);
    }
}
