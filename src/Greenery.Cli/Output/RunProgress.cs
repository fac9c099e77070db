using Greenery.Runs;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>
/// Shows a run while it is under way: on a terminal a spinner with the steps at work, and a line per finished step.
/// </summary>
internal sealed class RunProgress(Terminal terminal) : IProgress<RunEvent>
{
    private readonly Lock _gate = new();
    private readonly List<string> _atWork = [];
    private StatusContext? _status;

    /// <summary>Does the work with the progress shown.</summary>
    public Task<T> ShowAsync<T>(Func<IProgress<RunEvent>, Task<T>> work) => terminal.IsLive
        ? terminal.People.Status().StartAsync("Starting ...", status =>
        {
            _status = status;
            return work(this);
        })
        : work(this);

    public void Report(RunEvent value)
    {
        lock (_gate)
        {
            if (value.Kind == RunEventKind.Started)
            {
                _atWork.Add(value.Step.Name);
            }
            else
            {
                _atWork.Remove(value.Step.Name);
            }
            if (StepText.Describe(value) is { } line)
            {
                terminal.Markup(line);
            }
            _status?.Status(Markup.Escape(_atWork.Count == 0 ? "..." : string.Join(", ", _atWork)));
        }
    }
}
