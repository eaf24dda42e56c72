/** Everyday English words that keys begin with; the seed draws from them. */
export const WORDS: readonly string[] = `
ability above accident account across action address advice afternoon again agreement airport almost
along already although always amount ancient anger animal another answer apple april area argument
army around arrival art artist asking aunt author autumn average away baby back balance ball bank
barn basket battle beach bear beauty because bedroom before beginning behind belief bell below bench
beneath beside better between beyond bicycle birds birth birthday black blood blue board boat body
bones book border both bottle bottom box boys branch brave bread breakfast bridge bright bring broken
brother brown brush budget building burning business busy butter button buying cabin cake call camera
camp candle captain card careful carpet carrying castle cats cattle cause ceiling central century
certain chain chair chalk chance change chapter charity cheap cheese chest chicken chief child
children chimney choice church circle citizens city class clean clear clever climate climbing clock
close cloth clothes cloud coast coat coffee coins cold collection college colour come comfort common
company computer concert condition cook cooking copper corner correct cotton council country couple
courage course court cousin cover creating cross crowd crown culture cup curtain custom cutting daily
damage dance dancing danger dark daughter dawn day dear death debate december decision deep degree
delay demand dentist department depth desert design desk despite detail diamond dinner direction
dirt discovery disease dishes distance doctor dogs door doubt down dragon drawing dream dress drink
driver driving drum dry dust duty each ear early earth east easy eating economy edge education effort
eggs eight either electric elephant empty enemy energy engine english enough entrance equal error
evening event every evidence exactly example except excuse exercise expensive experience expert
explain eye face fact factory failure fair faith fall family famous far farm farmer fashion fast
father favour fear feather february feeling fence festival few field fight figure film final finally
finding fine finger fire first fish fishing five flag flat floor flour flower flowers flying fog
following food foot football forest forever forget forgive fork form forty forward four fox free
freedom fresh friday friend friends frog front frost fruit full funny furniture future game garden
gate general gentle giant gift girl give giving glad glass gloves goal goats gold golden good goods
government grain grandfather grandmother grass grateful great green grey ground group growing guard
guest guide guitar habit hair half hall hammer hand happiness happy harbour hard harvest hat head
health heart heat heaven heavy height help helping hen here hidden high hill history hole holiday
home honest honey hope horse hospital hot hotel hour house how however huge human hundred hunger
hungry hunting husband ice idea imagine important improving inside instead interest into iron island
january jewel job joining journey joy judge juice july jump june jungle just justice keeping kettle
key kind king kingdom kitchen kitten knife knowledge ladder lady lake lamb lamp land language large
last late laughter law lawyer lazy leader leaf learning leather leaves left legend lemon lesson let
letter library life light like lion listen little living local london long looking lord losing lost
loud love lovely lower lucky lunch machine magic making manager many map march market marriage master
matter maybe meadow meal meaning measure meat medicine meeting member memory metal midnight might milk
mill mind minister minute mirror missing mist modern moment monday money monkey month moon more
morning mother mountain mouse mouth moving much museum music name narrow nation nature near nearly
necessary neck needle neighbour neither nest never new news next night nine nobody noise none north
nose nothing notice november number nurse oak ocean october odd offer office often oil old once one
onion only open opinion orange order other outside oven over owl owner page pain painting pair palace
paper parents park part party passing past path patience peace pencil people pepper perfect perhaps
person picture piece pig pilot pink place plain plan planet plant plate play player playing please
plenty pocket poem poet police pond poor popular possible postman potato pottery poverty power
practice present president price pride prince princess prison prize problem product promise proof
proud public pumpkin pupil purple purpose quality quarter queen question quick quiet quite rabbit
railway rain rare rather reading ready real reason record red religion remember repair report respect
rest result return rice rich riding right ring rising river road robin rock roof room rope rose round
royal rubber rule running rust sad safe safety sailing sailor salt same sand saturday save saying
scarf school science scissors sea season second secret seed seeing selling september series serious
servant seven several shade shadow shall sharp sheep shelf ship shirt shoes shop short should shoulder
side silence silver simple since singer singing sister six size skill skin sky sleep slow small smell
smile smoke smooth snake snow soap society soft soldier some someone something sometimes son song soon
sound soup south space spade speaking special speech speed spider spirit spoon spring square stable
stairs star starting state station stay steel step still stone stories storm story straight strange
straw stream street strength strong student success such sudden suddenly sugar summer sun sunday
sunlight surely surprise sweet swimming sword table tail taking talking tall taste tax tea teacher
team tears teeth ten tent than that the theatre their then there these they thick thin thing thirty
this those thousand thread three throne through thunder thursday ticket tiger timber time tired today
together tomorrow tongue tonight tools top touch toward tower town toys trade traffic train travel
treasure tree trouble true trust truth trying tuesday turning twelve twenty twice two ugly umbrella
uncle under understanding university until upon useful valley value very victory village violin
visitor voice volcano wages waiting walking wall war warm washing watch watching water wave way we
wealth weather wedding wednesday week welcome well west wet whale what wheat wheel when where whether
which while white who whole why wide wife wild wind window wine wings winter wisdom wise with within
without wolf woman women wonder wood wooden wool word work worker working world worse worth writer
writing wrong yard year yellow yes yesterday you young youth zebra zero zoo
`
  .trim()
  .split(/\s+/);
