using Greenery.Runs;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>
/// Shows a run while it is under way: a line per finished step, with which of how many it is; on a terminal a spinner
/// with the time so far and the steps at work, elsewhere a line from time to time for a load that takes long.
/// </summary>
internal sealed class RunProgress(Terminal terminal, TimeProvider? time = null) : IProgress<RunEvent>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ProgressText _text = new(time ?? TimeProvider.System, terminal.IsLive);
    private StatusContext? _status;

    /// <summary>Does the work with the progress shown.</summary>
    public Task<T> ShowAsync<T>(Func<IProgress<RunEvent>, Task<T>> work) => terminal.IsLive
        ? terminal.People.Status().StartAsync("Starting ...", async status =>
        {
            _status = status;
            await using var clock = _time.CreateTimer(_ => Refresh(), null, Interval, Interval);
            return await work(this);
        })
        : work(this);

    public void Report(RunEvent value)
    {
        lock (_gate)
        {
            if (_text.Take(value) is { } line)
            {
                terminal.Markup(line);
            }
            Refresh();
        }
    }

    private void Refresh()
    {
        lock (_gate)
        {
            _status?.Status(_text.Status);
        }
    }
}
