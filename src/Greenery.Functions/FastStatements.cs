using System.Diagnostics;
using OpenTelemetry;

namespace Greenery.Functions;

/// <summary>
/// Leaves statements out of the traces that were fast, or failed: a run sends hundreds, and its steps say how long
/// they took together. What PostgreSQL says of a failure may quote a row, and the step's error says it masked. Those
/// that were slow stay, each with its SQL.
/// </summary>
internal sealed class FastStatements : BaseProcessor<Activity>
{
    /// <summary>A statement that takes as long is worth its place.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    public const string Source = "Npgsql";

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == Source && (data.Duration < Slow || data.Status == ActivityStatusCode.Error))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
