using System.Diagnostics;
using OpenTelemetry;

namespace Greenery.Functions;

/// <summary>
/// Leaves statements out of the traces that were fast and went well: a run sends hundreds, and its steps say how long
/// they took together. Those that were slow or failed stay, each with its SQL.
/// </summary>
internal sealed class FastStatements : BaseProcessor<Activity>
{
    /// <summary>A statement that takes as long is worth its place.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    public const string Source = "Npgsql";

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == Source && data.Duration < Slow && data.Status != ActivityStatusCode.Error)
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
