using PaxosShard.Client.Core.Groups;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Client.Core.Routing;

/// <summary>
/// The latest configuration that is known. While something waits for a newer one, and at the beginning, the masters are asked one question at a time, which they hold until
/// there is one: nobody asks again and again, and a client that has nothing to do asks nothing. It needs no barrier: by a configuration of the past nobody is served who should
/// not be, because the groups themselves refuse what is not theirs.
/// </summary>
/// <param name="options">How long a question is held, and how long the pause is before the next.</param>
/// <param name="masters">Who is asked.</param>
/// <param name="onNewer">Told of each configuration that is newer than the ones before.</param>
/// <param name="effects">Where the ends of users' questions go.</param>
internal sealed class ConfigurationWatch(ClientCoreOptions options, GroupClient masters, Action<Configuration, long> onNewer, ClientEffects effects) : IQueryAsker
{
    private Query? _question;
    private long _notBefore = long.MinValue;

    /// <summary>The latest one; null while none is known.</summary>
    public Configuration? Known { get; private set; }

    /// <summary>Asks, or stops to ask.</summary>
    /// <param name="isNeeded">Somebody waits for a newer one than the one that is known.</param>
    /// <param name="now">The present time.</param>
    public void Advance(bool isNeeded, long now)
    {
        if (!isNeeded)
            Stop();
        else if (_question is null && now >= _notBefore)
            Ask(now);
    }

    /// <inheritdoc/>
    public void OnReply(Query question, in ClientReply reply, long now)
    {
        if (question == _question)
            _question = null;
        else if (reply.Status == ReplyStatus.Ok)
            effects.Complete(question, Outcome.Done, payload: reply.Payload);
        else
            effects.Complete(question, Outcome.Rejected, ReplyEffects.Text(reply));
        if (reply.Status == ReplyStatus.Ok && AsksForConfiguration(question))
            Read(reply, now);
    }

    /// <inheritdoc/>
    public void OnGivenUp(Query question, Outcome outcome, string reason)
    {
        if (question == _question)
            _question = null;
        else
            effects.Complete(question, outcome, reason);
    }

    private static bool AsksForConfiguration(Query question) =>
        (PlacementCommandKind)question.Command.Span[0] is PlacementCommandKind.ReadConfiguration or PlacementCommandKind.WatchConfiguration;

    private void Stop()
    {
        if (_question is { } question)
            masters.Calls.Queries.Remove(question);
        _question = null;
    }

    private void Ask(long now)
    {
        Query question = new(new WatchConfigurationQuery(Known?.Number ?? -1, options.FollowWait).Encode(), timeout: null, options.FollowWait) { Asker = this };
        if (masters.Calls.Queries.TryAdd(question, now))
            _question = question;
        _notBefore = now + options.BackOffLast; // Masters that do not hold it, or say nothing that could be read, are not asked without a pause.
    }

    private void Read(in ClientReply reply, long now)
    {
        try
        {
            if (ConfigurationAnswer.ConfigurationIn(reply.Payload.Span) is { } configuration)
                Learn(configuration, now);
        }
        catch (WireFormatException exception)
        {
            masters.Mark($"not an answer about configurations: {exception.Message}");
        }
    }

    private void Learn(Configuration configuration, long now)
    {
        if (Known is { } known && configuration.Number <= known.Number)
        {
            if (configuration.Number == known.Number && configuration.Hash != known.Hash)
                masters.Mark($"tells of another configuration {known.Number} than was told before");
            return;
        }

        Known = configuration;
        _notBefore = now;
        masters.Mark(configuration.Shards.Count == 0 ? "leads the masters, who know no shards yet" : null);
        onNewer(configuration, now);
    }
}
