using System.Globalization;
using System.Threading.RateLimiting;
using Greenery.Hosting.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Greenery.Cli.Serving;

/// <summary>
/// How many requests are answered at the same time; some more wait, and the rest is asked to come back. A burst must
/// take neither the database's connections from the people who query it, nor the answer from the monitor that asks for
/// the state of health.
/// </summary>
internal static class ApiLimits
{
    /// <summary>A caller that is turned away may ask again after this.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>All routes but those below.</summary>
    public static readonly ConcurrencyLimiterOptions Usual = Limit(answered: 8, waiting: 32);

    /// <summary>The page: made once for all who ask for the same one, but that takes a processor.</summary>
    public static readonly ConcurrencyLimiterOptions Report = Limit(answered: 4, waiting: 16);

    /// <summary>Health is asked for by few, who must always get an answer.</summary>
    public static readonly ConcurrencyLimiterOptions Health = Limit(answered: 2, waiting: 16);

    public static void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            RateLimitPartition.GetConcurrencyLimiter(
                Partition(context.Request.Path), name => name switch
                {
                    "report" => Report,
                    "health" => Health,
                    _ => Usual,
                }));
        options.OnRejected = async (rejected, _) =>
        {
            var context = rejected.HttpContext;
            context.Response.Headers.RetryAfter =
                RetryAfter.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            await ApiProblem.TooMany.ToResult().ExecuteAsync(context);
        };
    }

    private static string Partition(PathString path) =>
        path.StartsWithSegments("/api/report") ? "report"
        : path.StartsWithSegments("/api/health") ? "health"
        : "";

    private static ConcurrencyLimiterOptions Limit(int answered, int waiting) => new()
    {
        PermitLimit = answered,
        QueueLimit = waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };
}
