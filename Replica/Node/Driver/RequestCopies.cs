using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// Where the commands of requests are between the connection that read them and the turn that takes them: those of one turn, and those that come meanwhile for the next one. A request that the inbox could not take at once
/// is none of them. Used by the loop's thread alone.
/// </summary>
internal sealed class RequestCopies
{
    private TemporaryCopies _taken = new();

    /// <summary>For what is read now; another one after each turn.</summary>
    public TemporaryCopies Coming { get; private set; } = new();

    /// <summary>The driver has taken all that waited, and is done with what it had taken before.</summary>
    public void OnTaken()
    {
        _taken.Clear();
        (Coming, _taken) = (_taken, Coming);
    }
}
