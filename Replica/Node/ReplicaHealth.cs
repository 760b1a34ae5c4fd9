using NLog;
using PaxosShard.Replica.Core;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node;

/// <summary>
/// What others may know of the core while it runs: whether everything it accepted is decided, and whether it serves as primary. Also logs changes of view and role, and that the state or
/// the sessions become full, once each. The driver's thread observes, any thread reads.
/// </summary>
/// <param name="replica">This replica.</param>
/// <param name="replicaCount">Replicas in the group.</param>
/// <param name="group">Its group, where the process runs replicas of several; else none.</param>
internal sealed class ReplicaHealth(ReplicaId replica, int replicaCount, GroupId group)
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(ReplicaHealth));

    private readonly string _name = group == GroupId.None ? replica.ToString() : $"{replica} of {group}";
    private readonly OccupancyLevel _state = new();
    private readonly OccupancyLevel _sessionBytes = new();
    private readonly OccupancyLevel _sessions = new();
    private View _view = View.None;
    private ReplicaRole _role;
    private volatile bool _isSettled;
    private volatile bool _isServing;
    private bool _isStateInDoubt;
    private long _impossibleViews;
    private bool _hasRefusedPiece;

    /// <summary>Everything this replica accepted is decided: nothing is under way.</summary>
    public bool IsSettled => _isSettled;

    /// <summary>This replica is the primary and takes requests (rules 7 and 12).</summary>
    public bool IsServing => _isServing;

    /// <summary>Looks at the core after a turn.</summary>
    public void Observe(ReplicaCore core)
    {
        _isSettled = core.Decided == core.Accepted;
        if (core.View != _view || core.Role != _role)
        {
            (_view, _role) = (core.View, core.Role);
            _log.Info("{Replica:l} is {Role} in view {View:l}, whose primary is {Primary}", _name, _role, _view.NumberText, _view.Primary(replicaCount));
        }

        ObserveTrouble(core);
        ObserveOccupancy(core.Occupancy);
        if (core.IsServing != _isServing)
        {
            _isServing = core.IsServing;
            if (_isServing)
                _log.Info("{Replica:l} serves as primary of view {View:l}", _name, _view.NumberText);
            else
                _log.Warn("{Replica:l} no longer serves: view {View:l} is over, or it hears no quorum, or no quorum agrees with its state", _name, _view.NumberText);
        }
    }

    private void ObserveTrouble(ReplicaCore core)
    {
        if (core.IsStateInDoubt != _isStateInDoubt)
        {
            _isStateInDoubt = core.IsStateInDoubt;
            if (_isStateInDoubt)
            {
                _log.Error(
                    "The states of the replicas differ, and {Replica:l}, the primary, knows of no quorum that agrees with its own: no client gets a result "
                    + "until another replica decides who is right. Start the replicas that are down",
                    _name);
            }
            else
            {
                _log.Warn("{Replica:l} no longer doubts its state: a quorum agrees with it, or its view is over", _name);
            }
        }

        if (core.RefusedPieces > 0 && !_hasRefusedPiece)
        {
            _hasRefusedPiece = true;
            _log.Error("{Replica:l} was sent a piece of a snapshot that makes no sense: the memory, disk or program of one of its peers is damaged. This is logged once", _name);
        }

        if (core.MessagesOfImpossibleViews == _impossibleViews)
            return;
        if (_impossibleViews == 0)
            _log.Error("{Replica:l} ignores messages that name views which no group can have reached: the memory or program of one of its peers is damaged. This is logged once", _name);
        _impossibleViews = core.MessagesOfImpossibleViews;
    }

    private void ObserveOccupancy(in CoreOccupancy occupancy)
    {
        Tell(_state.Observe(occupancy.State), occupancy.State, "bytes of the state", "what makes it larger than its bound is rejected: delete keys");
        Tell(_sessionBytes.Observe(occupancy.SessionBytes), occupancy.SessionBytes, "bytes of sessions", "above their bound all clients are answered busy");
        Tell(_sessions.Observe(occupancy.Sessions), occupancy.Sessions, "sessions", "from their bound on new clients are answered busy");
    }

    private void Tell(OccupancyChange change, Occupancy occupancy, string what, string consequence)
    {
        switch (change)
        {
            case OccupancyChange.Fuller:
                _log.Warn(
                    "{Replica:l} has {Used} {What:l} of {Allowed} that are allowed, {Percent} %; {Consequence:l}",
                    _name, occupancy.Used, what, occupancy.Allowed, occupancy.Percent, consequence);
                break;
            case OccupancyChange.Emptier:
                _log.Warn(
                    "{Replica:l} has {Used} {What:l} of {Allowed} that are allowed, {Percent} % again",
                    _name, occupancy.Used, what, occupancy.Allowed, occupancy.Percent);
                break;
        }
    }
}
