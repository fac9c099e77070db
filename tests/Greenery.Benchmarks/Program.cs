using Greenery.Benchmarks.Load;
using Greenery.Benchmarks.Marts;

return args switch
{
    ["load", .. var options] => await LoadBenchmark.RunAsync(options),
    ["marts", .. var options] => await MartsBenchmark.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/Greenery.Benchmarks -- load [--rows N] [--growth N] | marts [--events N], [--warehouse CONNECTION]");
    return 2;
}
