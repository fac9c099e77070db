using Greenery.Presentation;
using Greenery.Runs;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>
/// What the events of a run come to for people, in markup: which step of how many is done, and what is at work.
/// </summary>
/// <param name="time">Measures the run from now on.</param>
/// <param name="isLive">Whether <see cref="Status"/> is shown; otherwise lines say from time to time how far a load
/// is.</param>
internal sealed class ProgressText(TimeProvider time, bool isLive)
{
    // Of the reports of a load, which are a second apart.
    private const int Every = 10;

    private readonly long _start = time.GetTimestamp();
    private readonly List<string> _atWork = [];
    private readonly Dictionary<string, string> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<StepKind, int> _expected = [];
    private readonly Dictionary<StepKind, int> _done = [];

    /// <summary>One line: the time since the start, how many steps are done, and those at work.</summary>
    public string Status
    {
        get
        {
            var atWork = _atWork.Select(step => step + _rows.GetValueOrDefault(step));
            return Markup.Escape(string.Join(", ", [Elapsed, .. Counts, .. atWork]));
        }
    }

    /// <summary>Takes what happened; gives a line for it, or null when it is not worth one.</summary>
    public string? Take(RunEvent happened)
    {
        var step = happened.Step;
        switch (happened.Kind)
        {
            case RunEventKind.Started:
                _atWork.Add(step.Name);
                return null;
            case RunEventKind.Advanced when happened.Result is RowsRead read:
                _rows[step.Name] = $" ({StepText.Describe(read, happened.Elapsed)})";
                return isLive || read.Count % Every > 0 ? null : StepText.Describe(happened);
            case RunEventKind.Retried:
                // The next attempt starts the step again, and reads its rows from the first.
                LeaveWork(step);
                return StepText.Describe(happened);
            default:
                LeaveWork(step);
                Count(step, happened.Result is string json ? StepText.Read(step.Kind, json) : happened.Result);
                return StepText.Describe(happened, [.. Position(step), $"{Elapsed} into the run"]);
        }
    }

    private void LeaveWork(RunStep step)
    {
        _atWork.Remove(step.Name);
        _rows.Remove(step.Name);
    }

    private string Elapsed => NumberFormat.Duration(time.GetElapsedTime(_start));

    // Of the kinds that are under way, or were: tables first, then models.
    private IEnumerable<string> Counts => _expected.Where(expected => expected.Value > 0)
        .OrderBy(expected => expected.Key)
        .Select(expected => $"{Verb(expected.Key)} {_done.GetValueOrDefault(expected.Key)} of {expected.Value} "
            + Noun(expected.Key, expected.Value));

    private void Count(RunStep step, object? result)
    {
        switch (result)
        {
            case DiscoverResult found:
                // A run that was resumed may be followed by another.
                _expected.Clear();
                _done.Clear();
                _expected[StepKind.Load] = found.Tables.Count;
                break;
            case PlanResult plan:
                _expected[StepKind.Build] = plan.Models.Count(model => model.IsBuilt);
                _expected[StepKind.Check] = plan.Models.Count(model => model.HasChecks);
                break;
            default:
                if (IsCounted(step))
                {
                    _done[step.Kind] = _done.GetValueOrDefault(step.Kind) + 1;
                }
                break;
        }
    }

    private string[] Position(RunStep step) => IsCounted(step)
        ? [$"{Noun(step.Kind, 1)} {_done.GetValueOrDefault(step.Kind)} of {_expected[step.Kind]}"]
        : [];

    // The checks of source tables come before the plan, as one step.
    private bool IsCounted(RunStep step) => _expected.ContainsKey(step.Kind) && step.Subject != RunStep.Staging;

    private static string Verb(StepKind kind) => kind switch
    {
        StepKind.Load => "loaded",
        StepKind.Build => "built",
        _ => "checked",
    };

    private static string Noun(StepKind kind, int count) =>
        (kind == StepKind.Load ? "table" : "model") + (count == 1 ? "" : "s");
}
