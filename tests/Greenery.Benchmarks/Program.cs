using Greenery.Benchmarks.Load;

return args switch
{
    ["load", .. var options] => await LoadBenchmark.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project tests/Greenery.Benchmarks -- load [--rows N] [--warehouse CONNECTION]");
    return 2;
}
