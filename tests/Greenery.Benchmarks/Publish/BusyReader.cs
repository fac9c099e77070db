using System.Diagnostics;
using Greenery.Models;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Publish;

/// <summary>
/// A connection that counts the rows of all marts in one statement, in random order, without a pause.
/// </summary>
internal sealed class BusyReader(PostgresWarehouse warehouse, IEnumerable<Model> models, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Model[] _models = [.. models];
    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private List<double> _milliseconds = [];

    /// <summary>States that are neither of the two that are published in turn.</summary>
    public int Mixes => Math.Max(0, _seen.Count - 2);

    /// <summary>Reads until it is stopped; an error of a statement ends the benchmark.</summary>
    public async Task ReadAsync(CancellationToken stop)
    {
        await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            _random.Shuffle(_models);
            var counts = _models.Select(model =>
                $"(select '{model} ' || count(*) from {model.QualifiedName})");
            var watch = Stopwatch.StartNew();
            var state = await connection.ExecuteScalarAsync<string[]>(
                $"select array[{string.Join(", ", counts)}]", null, CancellationToken.None);
            var took = watch.Elapsed.TotalMilliseconds;
            _seen.Add(string.Join(", ", state!.Order(StringComparer.Ordinal)));
            lock (_lock)
            {
                _milliseconds.Add(took);
            }
        }
    }

    /// <summary>How long each statement took since the last call, in milliseconds.</summary>
    public List<double> Take()
    {
        lock (_lock)
        {
            var taken = _milliseconds;
            _milliseconds = [];
            return taken;
        }
    }
}
