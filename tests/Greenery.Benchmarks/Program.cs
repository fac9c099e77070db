using Greenery.Benchmarks.Clusters;
using Greenery.Benchmarks.History;
using Greenery.Benchmarks.Load;
using Greenery.Benchmarks.Marts;
using Greenery.Benchmarks.Noticed;
using Greenery.Benchmarks.Publish;
using Greenery.Benchmarks.Report;
using Greenery.Benchmarks.SmallFiles;

return args switch
{
    ["cluster", .. var options] => await ClusterBenchmark.RunAsync(options),
    ["load", .. var options] => await LoadBenchmark.RunAsync(options),
    ["history", .. var options] => await HistoryBenchmark.RunAsync(options),
    ["marts", .. var options] => await MartsBenchmark.RunAsync(options),
    ["publish", .. var options] => await PublishBenchmark.RunAsync(options),
    ["noticed", .. var options] => await NoticedBenchmark.RunAsync(options),
    ["small-files", .. var options] => await SmallFilesBenchmark.RunAsync(options),
    ["report", .. var options] => await ReportBenchmark.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "dotnet run -c Release --project tests/Greenery.Benchmarks -- cluster --cluster CONNECTION [--events N] "
        + "[--days N] | history [--events N] | load [--rows N] [--growth N] | marts [--events N] | noticed [--days N] "
        + "[--seed N] | publish [--times N] | report [--out FILE] | small-files [--files N] [--rows N], "
        + "[--warehouse CONNECTION]");
    return 2;
}
