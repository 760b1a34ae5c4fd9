namespace PaxosShard.Master.Gateway.Holding;

/// <summary>How much is held back for a job (rule 11).</summary>
/// <param name="Requests">Most requests; one more is busy.</param>
/// <param name="AtOnce">How many of them go on at once, when nothing is held any more; each further one when one before it has its answer.</param>
/// <param name="Time">How long requests are held at the longest, from when holding began; and then once more, how long they may wait for their turn.</param>
internal sealed record HoldBounds(int Requests, int AtOnce, TimeSpan Time);
