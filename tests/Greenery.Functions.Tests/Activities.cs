using System.Reflection;
using Greenery.Functions.Orchestration;
using Greenery.Hosting;
using Greenery.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Greenery.Functions.Tests;

/// <summary>The activities as the Functions host finds them: by the names in their attributes.</summary>
internal static class Activities
{
    public static IEnumerable<(string Name, Func<RunStep, Task<StepReply>> DoAsync)> Of(
        IPipelineHost host, ILogger<StepLog>? log = null)
    {
        var functions = new StepFunctions(host, new StepLog(log ?? NullLogger<StepLog>.Instance));
        return typeof(StepFunctions).GetMethods()
            .Select(method => (method.GetCustomAttribute<FunctionAttribute>()?.Name, method))
            .Where(function => function.Name is not null)
            .Select(function => (function.Name!, (Func<RunStep, Task<StepReply>>)(step =>
                (Task<StepReply>)function.method.Invoke(functions, [step, CancellationToken.None])!)));
    }
}
