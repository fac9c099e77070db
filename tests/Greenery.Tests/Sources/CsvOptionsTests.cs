using Greenery.Sources;
using Greenery.Tests.Support;

namespace Greenery.Tests.Sources;

public sealed class CsvOptionsTests
{
    private const string Good =
        """
        version: 2
        sources:
          - name: shop
            config:
              csv: {delimiter: ";", decimal: ","}
              xlsx: {sheet: Orders}
              nulls: ["NULL"]
            tables:
              - name: orders
                config:
                  csv: {quote: none, thousands: ".", encoding: Windows-1252, header: false, date_format: dd.MM.yyyy,
                    trim: true, empty_text: keep}
                  xlsx: {header_row: 3}
                columns:
                  - {name: id, from: "Order No.", data_type: text, constraints: [{type: primary_key}]}
                  - {name: note, data_type: text, config: {nulls: []}}
        """;

    [Fact]
    public void A_table_adds_to_what_its_source_says_of_its_csv_files()
    {
        var table = Assert.Single(Read(Good, out var diagnostics));
        Assert.Empty(diagnostics);
        Assert.Equal((';', ','), (table.Csv.Delimiter, table.Csv.Decimal));
        Assert.Equal(('.', null), (table.Csv.Thousands, table.Csv.Quote));
        Assert.Equal(("windows-1252", false, true, true), (
            table.Csv.Encoding, table.Csv.HasHeader, table.Csv.IsTrimmed, table.Csv.KeepsEmptyText));
        Assert.Equal("dd.MM.yyyy", table.Csv.DateFormat?.Text);
        Assert.Equal(new ExcelOptions("Orders", 3), table.Xlsx);
        Assert.Equal(["Order No.", "note"], table.Columns.Select(column => column.SourceName));
        Assert.Equal(["NULL"], table.Columns[0].Nulls);
        Assert.Empty(table.Columns[1].Nulls);
    }

    [Theory]
    [InlineData("delimiter: \";\"", "delimeter: \";\"", "sql/sources.yml:5: unknown key 'delimeter'")]
    [InlineData("delimiter: \";\"", "delimiter: \"::\"", "sql/sources.yml:5: 'delimiter: ::' is no character")]
    [InlineData("delimiter: \";\"", "delimiter: a", "a letter or digit for delimiter")]
    [InlineData("quote: none", "quote: \";\"", "sql/sources.yml:11: has ';' for delimiter and quote")]
    [InlineData("thousands: \".\"", "thousands: \",\"", "has ',' for thousands and decimal")]
    [InlineData("Windows-1252", "cp1252", "unknown encoding 'cp1252'; expected utf-8,")]
    [InlineData("dd.MM.yyyy", "dd.MM.yy", "'date_format: dd.MM.yy' is no form of a date")]
    [InlineData("dd.MM.yyyy", "dMyyyy", "is no form of a date")]
    [InlineData("empty_text: keep", "empty_text: yes", "'empty_text: yes' is unknown; expected keep or null")]
    [InlineData("header_row: 3", "header_row: 0", "'header_row: 0' is no row; expected a whole number from 1 to 10")]
    [InlineData("header_row: 3", "header: 3", "sql/sources.yml:13: unknown key 'header'")]
    public void Mistakes_are_named_with_file_and_line(string text, string mistake, string message)
    {
        Read(Good.Replace(text, mistake, StringComparison.Ordinal), out var diagnostics);
        Assert.Contains(diagnostics, diagnostic => $"{diagnostic.Place}: {diagnostic.Message}".Contains(
            message, StringComparison.Ordinal));
    }

    private static IReadOnlyList<SourceTable> Read(string yaml, out List<Diagnostic> diagnostics)
    {
        var folder = Directory.CreateTempSubdirectory("greenery-sources-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "sources.yml"), yaml);
            diagnostics = [];
            return SourceCatalogue.Read(folder.FullName, diagnostics);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
