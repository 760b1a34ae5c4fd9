using System.Buffers;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// Walks the sessions as they were when an export began. One that changes or goes before the walk has come to it is kept as it was until the walk has passed it;
/// one that is made meanwhile is not in it.
/// </summary>
/// <remarks>
/// To begin costs a copy of the references, whatever the sessions hold. What has still to be kept is told by <see cref="Session.PassedBy"/>, so that a change costs one
/// comparison once its session is passed or kept, and nothing is touched in sessions that do not change. Of a session that has several parts the walk keeps those that follow the one it has written.
/// </remarks>
/// <param name="number">Its number among the exports of the table, from 1 on.</param>
/// <param name="sessions">All sessions; the walk takes them out one by one.</param>
/// <param name="onOver">Called when nothing has to be kept for it any more.</param>
internal sealed class SessionExport(long number, Session?[] sessions, Action onOver)
{
    /// <summary>What an old version takes besides its bytes, about.</summary>
    public const int BytesPerKept = 128;

    private Session?[] _sessions = sessions;
    private Dictionary<UInt128, byte[][]> _kept = [];
    private Queue<byte[]> _parts = new();
    private int _next;
    private bool _isOver;

    /// <summary>Bytes of the old versions that are kept, with <see cref="BytesPerKept"/> for each.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>There are more.</summary>
    public bool HasNext => _parts.Count > 0 || _next < _sessions.Length;

    /// <summary>A session is about to change or to go.</summary>
    public void Keep(Session session)
    {
        if (session.PassedBy == number)
            return;
        session.PassedBy = number;
        byte[][] old = SessionRecord.EncodeParts(session);
        _kept.Add(session.Id.Number, old);
        KeptBytes += old.Sum(static part => (long)part.Length) + BytesPerKept;
    }

    /// <summary>Writes the next session, or the next part of one.</summary>
    /// <returns>How many places of its ring were looked at.</returns>
    public int WriteNext(IBufferWriter<byte> output)
    {
        if (_parts.Count > 0)
        {
            WritePart(output);
            return 0;
        }

        Session session = _sessions[_next]!;
        _sessions[_next++] = null;
        if (_kept.Remove(session.Id.Number, out byte[][]? old))
        {
            KeptBytes -= BytesPerKept;
            _parts = new Queue<byte[]>(old);
            WritePart(output);
            return 0;
        }

        session.PassedBy = number;
        if (!SessionRecord.HasParts(session))
        {
            SessionRecord.Write(session, output);
            return session.PlacesHeld;
        }

        _parts = new Queue<byte[]>(SessionRecord.EncodeParts(session));
        KeptBytes += _parts.Sum(static part => (long)part.Length);
        WritePart(output);
        return session.PlacesHeld;
    }

    /// <summary>
    /// Ends it, after the last session or before. What is kept for it is dropped at once, which takes no longer when it is much. Without effect when it is over.
    /// </summary>
    public void End()
    {
        if (_isOver)
            return;
        _isOver = true;
        _sessions = [];
        _kept = [];
        _parts = new Queue<byte[]>();
        _next = 0;
        KeptBytes = 0;
        onOver();
    }

    private void WritePart(IBufferWriter<byte> output)
    {
        byte[] part = _parts.Dequeue();
        KeptBytes -= part.Length;
        output.Write(part);
    }
}
