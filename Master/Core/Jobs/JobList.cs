using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core.Jobs;

/// <summary>
/// The jobs by their numbers: those that have not ended, and the last ones that have. Bounded (rule 11): whoever adds one sees to <see cref="MostWaiting"/>; of those that have
/// ended, the oldest are forgotten.
/// </summary>
internal sealed class JobList
{
    /// <summary>Most jobs that wait behind another one.</summary>
    public const int MostWaiting = 64;

    /// <summary>Most jobs that have ended.</summary>
    public const int MostEnded = 1024;

    /// <summary>Most bytes of jobs that have ended.</summary>
    public const long MostEndedBytes = 16 * 1024 * 1024;

    // What the objects of a job take besides what is in them, about.
    private const int BytesPerJob = 128;

    private readonly List<PlacementJob> _jobs = [];
    private int _ended;
    private long _endedBytes;

    /// <summary>Bytes that all of them take.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count => _jobs.Count;

    /// <summary>The lowest number; 0 when there is none.</summary>
    public long First => _jobs.Count == 0 ? 0 : _jobs[0].Number;

    /// <summary>The highest number, which is the last that was given; 0 when there is none.</summary>
    public long Last => _jobs.Count == 0 ? 0 : _jobs[^1].Number;

    /// <summary>How many have not ended.</summary>
    public int OpenCount => _jobs.Count - _ended;

    /// <summary>How many have ended.</summary>
    public int EndedCount => _ended;

    /// <summary>Those that have not ended, in the order in which they are carried out.</summary>
    public IEnumerable<PlacementJob> Open => _jobs.Where(static job => !job.Step.IsEnd());

    /// <summary>The one that is carried out, or is next; null when all have ended.</summary>
    public PlacementJob? FirstOpen => _jobs.Find(static job => !job.Step.IsEnd());

    /// <summary>A job; null when it was never taken, or is forgotten.</summary>
    public PlacementJob? Find(long number)
    {
        int place = PlaceOf(number);
        return place < _jobs.Count && _jobs[place].Number == number ? _jobs[place] : null;
    }

    /// <summary>The jobs from a number on, ascending.</summary>
    public IEnumerable<PlacementJob> From(long number) => _jobs.Skip(PlaceOf(number));

    /// <summary>All jobs as they are now, ascending.</summary>
    public PlacementJob[] Copy() => [.. _jobs];

    /// <summary>Takes a job with a number above all others, or puts one further than it was; then forgets the oldest ended ones that are too many.</summary>
    public void Put(PlacementJob job)
    {
        int place = PlaceOf(job.Number);
        if (place < _jobs.Count)
        {
            Weigh(_jobs[place], -1);
            _jobs[place] = job;
        }
        else
        {
            _jobs.Add(job);
        }

        Weigh(job, 1);
        while (_ended > MostEnded || _endedBytes > MostEndedBytes)
            ForgetOldest();
    }

    // The first that has this number or a higher one.
    private int PlaceOf(long number)
    {
        int low = 0;
        int high = _jobs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_jobs[middle].Number < number)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void ForgetOldest()
    {
        int place = _jobs.FindIndex(static job => job.Step.IsEnd());
        Weigh(_jobs[place], -1);
        _jobs.RemoveAt(place);
    }

    private void Weigh(PlacementJob job, int sign)
    {
        int size = job.EncodedSize() + BytesPerJob;
        Bytes += sign * size;
        if (!job.Step.IsEnd())
            return;
        _ended += sign;
        _endedBytes += sign * size;
    }
}
