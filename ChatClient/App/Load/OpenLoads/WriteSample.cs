namespace PaxosShard.ChatClient.App.Load.OpenLoads;

/// <summary>What became of one write of an <see cref="OpenLoad"/>. All times are from the beginning of the load.</summary>
/// <param name="Key">The place of its key among those of the load.</param>
/// <param name="Due">When it was due.</param>
/// <param name="Sent">When it was handed to the client library; later than it was due when this program had no processor.</param>
/// <param name="Ended">When its acknowledgement was here, or its failure.</param>
/// <param name="IsAcknowledged">It was acknowledged.</param>
internal readonly record struct WriteSample(int Key, TimeSpan Due, TimeSpan Sent, TimeSpan Ended, bool IsAcknowledged)
{
    /// <summary>From when it was due to its end.</summary>
    public TimeSpan Latency => Ended - Due;
}
