using PaxosShard.Simulator.Checks;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Clients;

/// <summary>A client's session: the posts under way, their numbers and the mark below which everything has arrived (rule 9).</summary>
internal sealed class PostWindow
{
    // Reads count from 1; openings have numbers far above them.
    private const long FirstOpening = 1L << 60;

    private readonly ClientSetting _setting;
    private readonly List<PendingPost> _pending = [];
    private readonly List<PendingPost> _order = [];
    private readonly byte[][] _templates;
    private readonly byte[] _rejected = Texts.Rejected(0);
    private SessionId _session = SessionId.None;
    private ClientRequest? _opening;
    private SequenceNumber _last = SequenceNumber.None;
    private long _openings;
    private long _texts;

    public PostWindow(ClientSetting setting)
    {
        _setting = setting;
        _templates = new byte[setting.Options.Rooms][];
        for (int room = 0; room < _templates.Length; room++)
            _templates[room] = Texts.Template(setting.Number, room, setting.Options.TextBytes);
    }

    /// <summary>Posts under way.</summary>
    public int Count => _pending.Count;

    /// <summary>Posts that ended.</summary>
    public long Completed { get; private set; }

    /// <summary>There is a session.</summary>
    public bool IsOpen => _session != SessionId.None;

    /// <summary>The opening of a session is under way.</summary>
    public bool IsOpening => _opening is not null;

    /// <summary>One more post may be issued.</summary>
    public bool HasRoom => IsOpen && (_pending.Count == 0 || _last.Number - _pending[0].Sequence.Number + 1 < _setting.Options.Window);

    /// <summary>When the oldest post under way was issued; the end of time when there is none.</summary>
    public long OldestInvoked => _pending.Count == 0 ? long.MaxValue : _pending[0].Invoked;

    /// <summary>It is the session of now.</summary>
    public bool IsSession(SessionId session) => session == _session;

    /// <summary>The request that opens the session.</summary>
    public ClientRequest Opening()
    {
        if (_opening is not null)
            return _opening;
        OpenSessionCommand command = new(Texts.Nonce(_setting.Random.Next(), _setting.Random.Next()));
        _opening = new ClientRequest(
            SessionId.None, new SequenceNumber(FirstOpening + ++_openings), SequenceNumber.None, SequenceNumber.None, command.Encode());
        _setting.Checks.Requests.OnSent(_opening);
        return _opening;
    }

    /// <summary>Takes the answer to the opening; false when it is the answer to something else.</summary>
    public bool TryOpen(ClientReply reply)
    {
        if (_opening is null || reply.Sequence != _opening.Sequence)
            return false;
        if (reply.Status != ReplyStatus.Ok)
            return true;
        _session = OpenSessionResult.Decode(reply.Payload.Span).Session;
        _opening = null;
        _last = SequenceNumber.None;
        foreach (PendingPost post in Renumber())
            NoteSent(post);
        return true;
    }

    /// <summary>A new post, or now and then one that breaks a rule.</summary>
    public PendingPost IssuePost(int room)
    {
        long text = Texts.Number(_setting.Number, ++_texts);
        bool isToBeRejected = _setting.Random.Chance(_setting.Options.RejectPerThousand, 1000);
        byte[] command = isToBeRejected ? _rejected : Texts.Post(_templates[room], _setting.Options.TextBytes, text);
        SequenceNumber sequence = new(_last.Number + 1);
        PendingPost post = new(sequence, _last, command, isToBeRejected ? -1 : room, text, _setting.Queue.Now);
        _last = sequence;
        _pending.Add(post);
        if (IsOpen)
            NoteSent(post);
        return post;
    }

    /// <summary>The request of a post under way, with the mark of now.</summary>
    public ClientRequest RequestOf(PendingPost post) =>
        new(_session, post.Sequence, post.Previous, _pending[0].Sequence, post.Command);

    /// <summary>What is under way, in the order in which it is to be sent again.</summary>
    public List<PendingPost> InSendingOrder()
    {
        _order.Clear();
        _order.AddRange(_pending);
        if (!_setting.IsCalm && _setting.Random.Chance(_setting.Options.ShufflePerThousand, 1000))
            _setting.Random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_order));
        return _order;
    }

    /// <summary>Takes a final answer; returns the post that has it, null when none waited for it.</summary>
    public PendingPost? OnReply(ClientReply reply)
    {
        if (!IsSession(reply.Session) || Find(reply.Sequence) is not { } post)
            return null;
        switch (reply.Status)
        {
            case ReplyStatus.Ok when post.Room >= 0:
                long number = PostMessageResult.Decode(reply.Payload.Span).Number;
                _setting.Checks.Rooms.OnPosted(post.Room, _setting.Number, post.Invoked, post.Text, number);
                break;
            case ReplyStatus.Rejected when post.Room < 0:
                break;
            default:
                _setting.Checks.Violations.Report("C4", $"client {_setting.Number} gets {reply.Status} for {reply.Session} {reply.Sequence}, which it still waits for");
                break;
        }

        _pending.Remove(post);
        Completed++;
        return post;
    }

    /// <summary>Gives the session up: what is under way stays unknown, and the next operation opens another session.</summary>
    public void Abandon()
    {
        foreach (PendingPost post in _pending)
        {
            if (post.Room >= 0)
                _setting.Checks.Rooms.OnPostGivenUp(post.Room, _setting.Number, post.Invoked, post.Text);
        }

        _pending.Clear();
        _session = SessionId.None;
        _opening = null;
        _last = SequenceNumber.None;
    }

    private void NoteSent(PendingPost post)
    {
        _setting.Checks.Requests.OnSent(RequestOf(post));
        _setting.Checks.Rooms.OnSent(_session, post.Text);
    }

    private PendingPost? Find(SequenceNumber sequence)
    {
        foreach (PendingPost post in _pending)
        {
            if (post.Sequence == sequence)
                return post;
        }

        return null;
    }

    private List<PendingPost> Renumber()
    {
        for (int index = 0; index < _pending.Count; index++)
        {
            SequenceNumber sequence = new(_last.Number + 1);
            _pending[index] = _pending[index] with { Sequence = sequence, Previous = _last };
            _last = sequence;
        }

        return _pending;
    }
}
