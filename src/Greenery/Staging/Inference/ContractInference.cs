using System.Text.RegularExpressions;
using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Parsing;
using Greenery.Staging.Quarantine;

namespace Greenery.Staging.Inference;

/// <summary>Writes a first contract from files, with what it is not sure of as comments.</summary>
public static partial class ContractInference
{
    /// <summary>Reads the files, and writes a sources.yml that takes them as they are.</summary>
    /// <param name="paths">Files of one or more tables; files whose names differ in date and part are of one
    /// table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">A file is not there, or cannot be read.</exception>
    public static async Task<string> InferAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var tables = new Dictionary<string, TableGuess>(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var path in paths)
            {
                await AddAsync(tables, path, cancellationToken);
            }
            return new ContractWriter([.. tables.Values]).Write();
        }
        finally
        {
            foreach (var table in tables.Values)
            {
                table.Dispose();
            }
        }
    }

    /// <summary>The name of a table's drops: the file's, without date, part and ending.</summary>
    internal static string DropNameOf(string path)
    {
        var name = Dates().Replace(Path.GetFileName(path).Split('.')[0], "");
        name = name.Split('-')[0].Trim('_', ' ');
        return name.Length == 0 ? "table" : name;
    }

    /// <summary>Where a file's name has its date: its start and length; null when it has none.</summary>
    internal static (int Start, int Length)? DateOf(string fileName) =>
        Dates().Match(fileName) is { Success: true } match ? (match.Index, match.Length) : null;

    private static async Task AddAsync(
        Dictionary<string, TableGuess> tables, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new ConfigurationException(path, "is no file; expected one with rows of a table.");
        }
        try
        {
            var form = await FileForm.ReadAsync(path, cancellationToken);
            var name = DropNameOf(path);
            if (!tables.TryGetValue(name, out var table))
            {
                tables.Add(name, table = new TableGuess(name));
            }
            table.BeginFile(form);
            await ReadAsync(table, form, cancellationToken);
        }
        catch (RefusedDropException exception)
        {
            throw new ConfigurationException(path, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(path, $"cannot be read: {exception.Message}");
        }
    }

    // A contract without columns keeps all of them as unknown; one without a header names them by their position.
    private static async Task ReadAsync(TableGuess table, FileForm form, CancellationToken cancellationToken)
    {
        var contract = new SourceTable
        {
            Name = table.DropName,
            DropName = table.DropName,
            Place = form.Path,
            PrimaryKey = [],
            FailAbove = new RejectLimit(null, 100),
            Csv = form.Csv,
            Columns = form.Csv.HasHeader
                ? []
                : [.. form.Columns.Select(name => new SourceColumn(name, new ColumnType(ColumnKind.Text)))],
        };
        await using var quarantine = new QuarantineWriter(new QuarantineOrigin(0, 0, 0, ""), contract.FailAbove);
        await using var reading = await DropReading.OpenAsync(
            form.Open(), form.Name, contract, new DropLimits(), quarantine, cancellationToken);
        if (reading.IsEmpty)
        {
            throw new ConfigurationException(form.Path, "is empty; expected a file with the names of its columns.");
        }
        table.Declare(reading.DeclaredTypes);
        using var rows = new SampledValues(table, reading.Columns, form);
        try
        {
            await reading.SendAsync(RowTrailer.Nothing, rows, cancellationToken);
        }
        catch (EndOfSampleException)
        {
            // The rest of the file is not looked at; a comment says so.
        }
        table.Unreadable += quarantine.Rows;
        if (form.Format == DropFormat.Xlsx && reading.Note is { } note)
        {
            table.Notes.Add($"{Path.GetFileName(form.Path)} {note}");
        }
    }

    [GeneratedRegex("(?<![0-9])(?:19|20)[0-9]{2}([-_.]?)(?:0[1-9]|1[0-2])\\1(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")]
    private static partial Regex Dates();
}
