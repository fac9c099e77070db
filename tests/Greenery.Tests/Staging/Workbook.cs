using System.IO.Compression;
using System.Text;

namespace Greenery.Tests.Staging;

/// <summary>Writes the least that is an Excel workbook: sheets of XML rows, and styles for dates and times.</summary>
internal static class Workbook
{
    /// <summary>Styles of cells: a date, a time of day, hours, a date with a time.</summary>
    public const int Date = 1, Time = 2, Hours = 3, Moment = 4;

    private const string Main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    public static byte[] Write(params (string Name, string Rows)[] sheets) => Write(sheets, null);

    public static byte[] Write((string Name, string Rows)[] sheets, string? texts)
    {
        var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create))
        {
            var numbers = Enumerable.Range(1, sheets.Length).ToArray();
            Add(zip, "xl/workbook.xml", $"<workbook {Main} xmlns:r=\"{Relations}\"><sheets>"
                + string.Concat(numbers.Select(n => $"<sheet name=\"{sheets[n - 1].Name.TrimStart('~')}\" "
                    + $"sheetId=\"{n}\" r:id=\"r{n}\"{(sheets[n - 1].Name[0] == '~' ? " state=\"hidden\"" : "")}/>"))
                + "</sheets></workbook>");
            Add(zip, "xl/_rels/workbook.xml.rels",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                + string.Concat(numbers.Select(n =>
                    $"<Relationship Id=\"r{n}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/s{n}.xml\"/>"))
                + $"<Relationship Id=\"s\" Type=\"{Relations}/styles\" Target=\"styles.xml\"/></Relationships>");
            Add(zip, "xl/styles.xml", $"<styleSheet {Main}><numFmts count=\"1\"><numFmt numFmtId=\"170\" "
                + "formatCode=\"[h]:mm\"/></numFmts><cellXfs count=\"5\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
                + "<xf numFmtId=\"20\"/><xf numFmtId=\"170\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>");
            if (texts is not null)
            {
                Add(zip, "xl/sharedStrings.xml", $"<sst {Main}><si><t>{texts}</t></si></sst>");
            }
            foreach (var n in numbers)
            {
                Add(zip, $"xl/worksheets/s{n}.xml",
                    $"<worksheet {Main}><sheetData>{sheets[n - 1].Rows}</sheetData></worksheet>");
            }
        }
        return target.ToArray();
    }

    public static string Row(int number, params string[] cells) =>
        $"<row r=\"{number}\">{string.Concat(cells.Select((cell, at) =>
            cell.Replace("<c", $"<c r=\"{(char)('A' + at)}{number}\"", StringComparison.Ordinal)))}</row>";

    public static string Text(string text) => $"<c t=\"inlineStr\"><is><t>{text}</t></is></c>";

    public static string Number(string number, int style = 0) => $"<c s=\"{style}\"><v>{number}</v></c>";

    public static string Error(string error) => $"<c t=\"e\"><v>{error}</v></c>";

    private static void Add(ZipArchive zip, string part, string xml)
    {
        using var stream = zip.CreateEntry(part).Open();
        stream.Write(Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?>" + xml));
    }
}
