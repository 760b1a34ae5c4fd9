using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>The last frames of each kind that were sent to each replica, so that old ones can come back when they do most harm.</summary>
/// <param name="replicas">Replicas in the group.</param>
internal sealed class FrameMemory(int replicas)
{
    private const int KeptOfEachKind = 8;

    private readonly Dictionary<MessageKind, Ring>[] _frames = MakeRings(replicas);

    /// <summary>A frame was sent.</summary>
    public void Note(int from, int to, Message message)
    {
        if (!_frames[to].TryGetValue(message.Kind, out Ring? ring))
            _frames[to].Add(message.Kind, ring = new Ring());
        ring.Add(new SentFrame(from, message));
    }

    /// <summary>One of the last frames of a kind that a replica was sent; null when it was sent none.</summary>
    public SentFrame? Recall(int to, MessageKind kind, RandomStream random) =>
        _frames[to].TryGetValue(kind, out Ring? ring) ? ring.Pick(random) : null;

    /// <summary>One of the frames that a replica was sent, every kind being as likely as another; null when it was sent none.</summary>
    public SentFrame? Recall(int to, RandomStream random)
    {
        if (_frames[to].Count == 0)
            return null;
        int place = random.Below(_frames[to].Count);
        foreach (Ring ring in _frames[to].Values)
        {
            if (place-- == 0)
                return ring.Pick(random);
        }

        return null;
    }

    private static Dictionary<MessageKind, Ring>[] MakeRings(int count)
    {
        Dictionary<MessageKind, Ring>[] rings = new Dictionary<MessageKind, Ring>[count];
        for (int index = 0; index < count; index++)
            rings[index] = [];
        return rings;
    }

    private sealed class Ring
    {
        private readonly SentFrame[] _kept = new SentFrame[KeptOfEachKind];
        private long _count;

        public void Add(SentFrame frame) => _kept[_count++ % KeptOfEachKind] = frame;

        public SentFrame Pick(RandomStream random) => _kept[random.Below(Math.Min(_count, KeptOfEachKind))];
    }
}

/// <summary>A frame on its way to a replica.</summary>
/// <param name="From">Its sender.</param>
/// <param name="Message">What it says.</param>
internal readonly record struct SentFrame(int From, Message Message);
