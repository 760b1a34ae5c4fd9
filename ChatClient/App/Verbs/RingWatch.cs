using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Shows each configuration as it comes, and tells each step of the jobs that make them. Masters that do not answer are asked again for as long as it takes.</summary>
/// <param name="masters">The masters.</param>
/// <param name="show">Shows a configuration.</param>
/// <param name="tell">Tells a line.</param>
internal sealed class RingWatch(PlacementClient masters, Func<Configuration, Task> show, Action<string> tell)
{
    private static readonly TimeSpan _hold = TimeSpan.FromSeconds(5);

    private long _known;
    private long _position = -1;
    private string _step = "";
    private bool _areSilent;

    /// <summary>Shows a configuration, and all that follow it, until it is called off.</summary>
    /// <param name="first">The latest one.</param>
    /// <param name="cancellation">Calls it off.</param>
    /// <exception cref="OperationCanceledException">It was called off.</exception>
    public async Task RunAsync(Configuration first, CancellationToken cancellation)
    {
        await show(first);
        _known = first.Number;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                WatchJobResult news = await masters.WatchJobAsync(_position, _hold, cancellation);
                _areSilent = false;
                Tell(news.UnderWay);
                while (_known < news.Latest)
                {
                    ConfigurationResult next = await masters.ReadConfigurationAsync(_known + 1, cancellation);
                    await show(Configuration.Decode(next.Configuration.Span));
                    _known++;
                }

                _position = news.Position;
            }
            catch (NotAppliedException exception)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!_areSilent)
                    tell($"the masters do not answer, and are asked again: {exception.Message}");
                _areSilent = true;
            }
        }
    }

    private void Tell(JobUnderWay? job)
    {
        if (job is null)
            return;
        string step = $"job {job.Job} {JobText.Step(job.Step)}: {JobText.Arcs(job.Transfers.Sum(static transfer => transfer.Arcs.Count))}";
        if (!string.Equals(step, _step, StringComparison.Ordinal))
            tell(step);
        _step = step;
    }
}
