using System.Globalization;
using System.IO.Compression;
using System.Xml;
using System.Xml.Linq;
using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Excel;

/// <summary>
/// The cells of a sheet that hold an error (<c>#N/A</c>), or a formula whose value was never saved. ExcelDataReader
/// gives both as cells without a value, which they are not.
/// </summary>
internal sealed class ExcelErrors
{
    /// <summary>What a formula has in place of a value when the program that wrote it computes nothing.</summary>
    public const string NotComputed = "formula";

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#GETTING_DATA", "#SPILL!", "#CALC!",
        "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#PYTHON!",
    };

    // More are no mistake in a few rows, and would all be kept in memory.
    private const int Most = 100_000;

    private readonly Dictionary<(long Row, int Column), string> _cells = [];
    private long _row;
    private int _column = -1;

    private ExcelErrors()
    {
    }

    /// <summary>The error of a cell; null when it has none.</summary>
    /// <param name="row">Of the sheet, from 1.</param>
    /// <param name="column">From 0.</param>
    public string? Find(long row, int column) => _cells.GetValueOrDefault((row, column));

    /// <exception cref="RefusedDropException">There are too many.</exception>
    public static ExcelErrors Read(FileStream file, string sheet)
    {
        var errors = new ExcelErrors();
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        using var content = Entry(zip, PartOf(zip, sheet)).Open();
        using var xml = XmlReader.Create(content, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        errors.Read(xml);
        return errors;
    }

    private void Read(XmlReader xml)
    {
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "row" })
            {
                _row = xml.GetAttribute("r") is { } at ? long.Parse(at, CultureInfo.InvariantCulture) : _row + 1;
                _column = -1;
            }
            else if (xml is { NodeType: XmlNodeType.Element, LocalName: "c" })
            {
                _column = xml.GetAttribute("r") is { } place ? ColumnOf(place) : _column + 1;
                ReadCell(xml);
            }
        }
    }

    private void ReadCell(XmlReader xml)
    {
        var isError = xml.GetAttribute("t") == "e";
        if (xml.IsEmptyElement)
        {
            return;
        }
        var (hasFormula, hasValue, isInValue, error) = (false, false, false, "#ERROR");
        while (xml.Read() && !(xml is { NodeType: XmlNodeType.EndElement, LocalName: "c" }))
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                isInValue = xml.LocalName == "v";
                hasFormula |= xml.LocalName == "f";
                hasValue |= xml.LocalName is "v" or "is";
            }
            else if (isError && isInValue && xml.NodeType == XmlNodeType.Text)
            {
                // Other text of a cell that calls itself an error may be personal.
                error = Known.Contains(xml.Value) ? xml.Value : error;
            }
        }
        if (isError || (hasFormula && !hasValue))
        {
            Add(isError ? error : NotComputed);
        }
    }

    private void Add(string error)
    {
        _cells[(_row, _column)] = error;
        if (_cells.Count > Most)
        {
            throw new RefusedDropException(string.Create(CultureInfo.InvariantCulture,
                $"has more than {Most} cells with an error such as {error}, up to row {_row}; expected values. ")
                + "Correct the formulas, and save the workbook again.");
        }
    }

    // AB12 is column 27, counted from 0.
    private static int ColumnOf(string place) =>
        place.TakeWhile(char.IsAsciiLetter).Aggregate(0, (sum, letter) => (sum * 26) + (letter & 0x1F)) - 1;

    private static string PartOf(ZipArchive zip, string sheet)
    {
        var id = Load(zip, "xl/workbook.xml").Descendants()
            .First(element => element.Name.LocalName == "sheet" && element.Attribute("name")?.Value == sheet)
            .Attributes().First(attribute => attribute.Name.LocalName == "id").Value;
        var target = Load(zip, "xl/_rels/workbook.xml.rels").Descendants()
            .First(element => element.Attribute("Id")?.Value == id).Attribute("Target")!.Value;
        return target.StartsWith('/') ? target[1..] : $"xl/{target}";
    }

    private static XDocument Load(ZipArchive zip, string part)
    {
        using var content = Entry(zip, part).Open();
        return XDocument.Load(content);
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string part) =>
        zip.Entries.FirstOrDefault(entry =>
            entry.FullName.Replace('\\', '/').Equals(part, StringComparison.OrdinalIgnoreCase))
        ?? throw new DamagedFileException($"It has no part {part}");
}
