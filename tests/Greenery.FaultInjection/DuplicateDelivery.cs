using System.Text.Json;
using Greenery.Runs;

namespace Greenery.FaultInjection;

/// <summary>A host that delivers every step to two workers at the same moment.</summary>
internal sealed class DuplicateDelivery(IReadOnlyList<Pipeline> workers, ICollection<string> faults) : IOrchestration
{
    public async Task<TResult> CallAsync<TResult>(RunStep step)
    {
        var replies = await Task.WhenAll(workers.Select(worker => worker.StepAsync(step, null, default)));
        if (replies.Select(reply => reply.Failure).OfType<StepFailure>().FirstOrDefault() is { } failure)
        {
            faults.Add($"step {step.Name}, delivered twice at once, failed: {failure.Message}");
        }
        var results = replies.Select(reply => reply.Read<TResult>()).ToList();
        // Records hold lists: their text tells whether they are the same.
        if (replies.Select(reply => Normal(reply.Result)).Distinct().Count() > 1)
        {
            faults.Add($"step {step.Name}, delivered twice at once, gave {replies[0].Result} and {replies[1].Result}");
        }
        return results[0];
    }

    // The second reply is what the ledger remembers, where JSON is written its own way.
    private static string Normal(string? json)
    {
        using var document = JsonDocument.Parse(json ?? "null");
        return string.Join('\n', Leaves(document.RootElement).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Leaves(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(member => Leaves(member.Value).Select(leaf => $"{member.Name}.{leaf}")),
        JsonValueKind.Array => element.EnumerateArray()
            .SelectMany((item, at) => Leaves(item).Select(leaf => $"{at}.{leaf}")),
        _ => [element.ToString()],
    };
}
