using System.Diagnostics;
using System.Globalization;
using System.Text;
using Greenery.Reports;
using Greenery.Runs;
using Greenery.Warehouse;
using Greenery.Tests.Support;

namespace Greenery.Benchmarks.Report;

/// <summary>Measures the page on the state of the data after a year of a large installation's runs.</summary>
internal static class ReportBenchmark
{
    private const int Times = 10;

    public static async Task<int> RunAsync(string[] options)
    {
        if (Options.Warehouse(options) is not { } connection)
        {
            return Options.NoWarehouse();
        }
        var folder = Directory.CreateTempSubdirectory("greenery-report-").FullName;
        try
        {
            await using var warehouse = await PostgresWarehouse.OpenAsync(connection, default);
            SyntheticHistory.WriteSql(folder);
            await MeasureAsync(warehouse, Project.Read(folder), Options.Value(options, "--out"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(PostgresWarehouse warehouse, Project project, string? file)
    {
        await using (var connection = await warehouse.ConnectAsync(default))
        {
            await connection.ExecuteAsync("drop schema if exists ops cascade", null, default);
        }
        await new Migrations(warehouse).RunAsync(default);
        await new SyntheticHistory(warehouse).FillAsync();
        var report = new StateReport(warehouse, project, TimeProvider.System);
        var seconds = new List<double>();
        var page = "";
        for (var i = 0; i < Times; i++)
        {
            var watch = Stopwatch.StartNew();
            page = await report.MakeAsync(null, default);
            seconds.Add(watch.Elapsed.TotalSeconds);
        }
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, page);
        }
        var (models, sources) = (project.Catalogue.Models.Count, project.Catalogue.Sources.Count);
        Say($"{models} models, {project.Checks.Count} checks, {SyntheticHistory.Runs} runs, {sources} source tables");
        Say($"- the page: {Encoding.UTF8.GetByteCount(page) / 1024.0:f0} KB (goal: under 1,024)");
        var median = seconds.Order().ElementAt(Times / 2);
        Say($"- made in {median:f2} s (the first time, with compiling, {seconds[0]:f2} s; goal: under 1)");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
