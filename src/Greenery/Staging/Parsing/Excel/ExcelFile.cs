using System.IO.Compression;
using System.Text;
using ExcelDataReader;
using Greenery.Sources;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Excel;

/// <summary>Opens a workbook at the sheet that has the rows.</summary>
internal static class ExcelFile
{
    private const string Expected = "expected an Excel workbook (.xlsx) without a password";
    private const int MostColumns = 16_384;

    // ExcelDataReader asks for windows-1252 also where it does not need it.
    static ExcelFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="RefusedDropException">It is no workbook, or costs too much.</exception>
    public static void EnsureReadable(FileStream file, SourceTable table, DropLimits limits)
    {
        RefuseOther(file, table.HasPersonalColumns);
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        limits.EnsureUnpacked(zip.Entries.Sum(entry => entry.Length), file.Length);
        // ExcelDataReader keeps all texts that cells share, each as UTF-16 with what an object takes.
        var texts = zip.Entries
            .Where(entry => entry.Name.Equals("sharedStrings.xml", StringComparison.OrdinalIgnoreCase))
            .Sum(entry => entry.Length);
        limits.EnsureInMemory("its table of texts", 4 * texts, "Split the sheet into several workbooks");
        // The list of sheets becomes a tree, of which a name takes many times its characters.
        var lists = zip.Entries
            .Where(entry => entry.Name.StartsWith("workbook.xml", StringComparison.OrdinalIgnoreCase))
            .Sum(entry => entry.Length);
        limits.EnsureInMemory("its list of sheets", 16 * lists, "Save it with a spreadsheet program");
    }

    /// <exception cref="RefusedDropException">It lacks the sheet, or the sheet has more than a sheet can.</exception>
    public static IExcelDataReader Open(FileStream file, SourceTable table)
    {
        file.Position = 0;
        var reader = ExcelReaderFactory.CreateOpenXmlReader(file, new ExcelReaderConfiguration { LeaveOpen = true });
        try
        {
            GoToSheet(reader, table);
            // A row of cells is made for each row, as wide as the sheet says it is.
            return reader.FieldCount <= MostColumns ? reader : throw new RefusedDropException(
                $"has {reader.FieldCount} columns in its sheet '{ShowSheet(reader, table)}'; a sheet has at most "
                + $"{MostColumns}. Was it written by a program that does not know the format? Save it with a "
                + "spreadsheet program.");
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static void RefuseOther(FileStream file, bool isPersonal)
    {
        Span<byte> buffer = stackalloc byte[8];
        var start = buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (start.SequenceEqual<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
        {
            throw new RefusedDropException(
                $"is a workbook with a password, or one of the old kind (.xls); {Expected}. Save it again as 'Excel "
                + "Workbook (.xlsx)', without a password.");
        }
        if (!start.StartsWith("PK\x03\x04"u8))
        {
            throw new RefusedDropException(
                $"begins with {FoundText.Quoted(start, isPersonal)}; {Expected}. Is it a file of another kind under "
                + "this name? Save it as .xlsx, or give it the ending it has.");
        }
    }

    private static void GoToSheet(IExcelDataReader reader, SourceTable table)
    {
        if (reader.ResultsCount == 0)
        {
            throw new RefusedDropException(
                $"has no sheet that can be read; {Expected}. 'Strict Open XML' is another format: save it as 'Excel "
                + "Workbook (.xlsx)'.");
        }
        var names = new List<string>();
        do
        {
            if (table.Xlsx.Sheet is { } wanted
                ? reader.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)
                : reader.VisibleState == "visible")
            {
                return;
            }
            names.Add(reader.Name);
        }
        while (reader.NextResult());
        if (table.Xlsx.Sheet is not null)
        {
            throw new RefusedDropException(
                $"has no sheet '{table.Xlsx.Sheet}'. Found: "
                + $"{NameList.Of(names.Select(name => $"{Show(name, table)}"), names.Count)}. Expected the "
                + $"sheet of config: {{xlsx: {{sheet: ...}}}} ({table.Place}). Restore its name, or correct the "
                + "contract.");
        }
        // All are hidden.
        reader.Reset();
    }

    /// <summary>The name of the sheet that is read; masked where the table has personal columns.</summary>
    public static FoundText ShowSheet(IExcelDataReader reader, SourceTable table) => Show(reader.Name, table);

    // There may be one for each customer. What the contract says is no secret.
    private static FoundText Show(string name, SourceTable table) => FoundText.Name(
        name, table.HasPersonalColumns && !name.Equals(table.Xlsx.Sheet, StringComparison.OrdinalIgnoreCase));
}
