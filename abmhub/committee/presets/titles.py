"""The title rules that ship. English first, with the usual words of five other languages.

Among the phrases of a field the longest speaks: "vice president" hides the president in it. Among the rules
that are heard, the one with the lowest position does. A phrase in capitals is heard in capitals alone.
"""

from collections.abc import Iterator, Mapping

from abmhub.committee.models import BuyingRole, Persona, Seniority, TitleRule

SENIORITY = (
    # position, seniority, phrases
    (10, "staff", """
        assistant to, executive assistant, personal assistant, administrative assistant, secretary to, pa to, ea to,
        office of the, account executive, accounts executive, sales executive, marketing executive,
        support executive, service executive, success executive, business development executive,
        advertising executive, hr executive, recruitment executive, executive chef, executive housekeeper,
        executive producer, product owner, process owner, service owner, data owner, director of photography,
        funeral director, casting director, music director, choir director, scrum master, assistant professor,
        associate professor, vice principal, president s assistant, ceo s assistant, ceo assistant,
        founder s associate, founders associate, assistante de direction, assistente der geschaftsfuhrung,
        assistentin der geschaftsfuhrung, asistente de direccion, partner assistant
    """),
    (12, "manager", """
        business partner, partner manager, partner account manager, partner success manager,
        partner marketing manager, head chef, head cook, head nurse, head teacher, head coach, head waiter,
        head clerk, head cashier, head operator, art director, chief clerk, chief engineer, chief operator,
        chief dispatcher, chief technician, chief inspector, chief librarian, chief pilot, chief steward,
        chief projectionist, fire chief, police chief, crew chief, property owner representative
    """),
    (14, "director", """
        chief of staff, deputy general counsel, associate general counsel, assistant general counsel,
        chief architect, chief scientist, chief economist, chief accountant, chief counsel
    """),
    (20, "c_level", """
        ceo, cfo, coo, cto, cio, cmo, cro, cpo, cdo, ciso, cso, chro, cco, cao, clo, cxo, cino, cfoo, c suite,
        c level, chief ... officer, chief executive, chief of operations, chief of finance, president, founder,
        co founder, cofounder, founding partner, owner, co owner, proprietor, sole trader, entrepreneur,
        managing director, managing partner, managing member, senior partner, general partner, chairman, chairwoman,
        chairperson, vice chairman, vice chair, executive chair, chair of the board, board member,
        member of the board, board director, board of directors, non executive director, general counsel,
        general director, vice chancellor, chancellor, mayor, principal owner, self employed, geschaftsfuhrer,
        geschaftsfuhrerin, geschaeftsfuehrer, geschaeftsfuehrerin, geschaftsfuhrender gesellschafter, vorstand,
        vorstandsvorsitzender, vorstandsvorsitzende, inhaber, inhaberin, grunder, grunderin, pdg, directeur general,
        directrice generale, presidente, gerant, gerante, fondateur, fondatrice, dirigeant, director general,
        directora general, consejero delegado, consejera delegada, propietario, propietaria, fundador, fundadora,
        socio director, الرئيس التنفيذي, المدير التنفيذي, المدير العام, مدير عام, رئيس مجلس الادارة, المؤسس, 執行長,
        首席執行官, 首席执行官, 總經理, 总经理, 董事長, 董事长, 總裁, 总裁, 創辦人, 創始人, 创始人, 財務長, 技術長,
        營運長, 行銷長, 資訊長, 首席财务官, 首席技术官, 首席运营官
    """),
    (30, "vp", """
        vice president, vp, svp, evp, avp, rvp, gvp, v president, vicepresident, vicepresidente,
        senior vice president, executive vice president, assistant vice president, vice president general manager,
        area vice president, vizeprasident, vizeprasidentin, نائب الرئيس, 副總經理, 副总经理, 副總裁, 副总裁, 副總,
        副总
    """),
    (40, "director", """
        director, dir, head of, head, global head, regional head, executive director, treasurer, comptroller, dean,
        provost, financial controller, corporate controller, group controller, finance controller, company secretary,
        school principal, director of nursing, deputy director, direktor, direktorin, leiter, leiterin,
        bereichsleiter, bereichsleiterin, abteilungsleiter, abteilungsleiterin, vertriebsleiter, vertriebsleiterin,
        marketingleiter, marketingleiterin, personalleiter, personalleiterin, werksleiter, it leiter, it leiterin,
        einkaufsleiter, prokurist, directeur, directrice, directora, direttore, diretor, diretora, subdirector, 總監,
        总监, 部長, 部长, 處長, 处长, مدير ادارة, مدير تنفيذي
    """),
    (50, "manager", """
        manager, managers, mgr, mngr, general manager, country manager, lead, leader, team lead, team leader,
        teamlead, supervisor, superintendent, foreman, forewoman, foreperson, overseer, chief, captain, conductor,
        postmaster, warden, controller, contoller, boss, master mechanic, sergeant, lieutenant, principal,
        administrator hospital, charge nurse, teamleiter, teamleiterin, gruppenleiter, projektleiter,
        projektleiterin, filialleiter, responsable, chef de projet, chef de produit, chef de service,
        chef des ventes, gestionnaire, jefe, jefa, gerente, encargado, encargada, supervisora, مدير, مديرة, رئيس قسم,
        مشرف, 經理, 经理, 主管, 主任, 課長, 科長, 组长, 組長
    """),
    (60, "staff", """
        assistant, associate, clerk, representative, rep, agent, consultant, coordinator, specialist, analyst,
        technician, technologist, operator, worker, intern, internship, trainee, apprentice, helper, student, junior,
        jr, graduate, adviser, advisor, officer, professional, expert, engineer, developer, programmer,
        administrator, designer, architect, accountant, attendant, aide, secretary, receptionist, teller, buyer,
        planner, inspector, tester, scientist, researcher, instructor, teacher, professor, lecturer, tutor, coach,
        counselor, nurse, physician, doctor, therapist, attorney, lawyer, paralegal, counsel, writer, editor, artist,
        recruiter, salesperson, salesman, saleswoman, seller, bookkeeper, auditor, cashier, driver, mechanic,
        electrician, contractor, freelancer, freelance, member, employee, fellow, practitioner, dispatcher,
        investigator, examiner, translator, interpreter, librarian, evangelist, mitarbeiter, mitarbeiterin,
        sachbearbeiter, sachbearbeiterin, referent, referentin, berater, beraterin, entwickler, entwicklerin,
        ingenieur, ingenieurin, assistent, assistentin, kaufmann, kauffrau, werkstudent, praktikant, charge de,
        chargee de, conseiller, conseillere, assistante, ingenieure, stagiaire, comptable, technicien, technicienne,
        developpeur, developpeuse, acheteur, acheteuse, asistente, analista, ingeniero, ingeniera, especialista,
        tecnico, tecnica, consultor, consultora, desarrollador, desarrolladora, coordinador, coordinadora,
        ejecutivo de cuentas, ejecutivo de ventas, becario, contador, contadora, comprador, compradora, مهندس,
        مهندسة, اخصائي, اخصائية, محاسب, محاسبة, محلل, مندوب, مستشار, موظف, 工程師, 工程师, 專員, 专员, 助理, 分析師,
        分析师, 顧問, 顾问, 會計, 会计, 業務員, 代表
    """),
    (65, "c_level", "partner"),
)  # fmt: skip

DEPARTMENTS = (
    # position, department, phrases
    (10, "Marketing", """
        marketing, marketer, cmo, chief marketing officer, product marketing, marketing operations, field marketing,
        demand generation, demand gen, growth marketing, marketing communications, marcom, brand, branding,
        advertising, advertiser, public relations, PR, communications, corporate communications, social media,
        content, seo, sem, ppc, copywriter, publicist, media, digital, news, art director, creative, press officer,
        media buyer, media planner, community manager, events, event manager, market research, kommunikation,
        werbung, publicite, mercadeo, mercadotecnia, publicidad, comunicacion, التسويق, تسويق, 行銷, 市場, 市场,
        營銷, 营销, 品牌, 公關, 公关
    """),
    (12, "Sales", """
        sales, salesperson, salesman, saleswoman, seller, selling, cro, chief revenue officer, revenue,
        account executive, accounts executive, account manager, account director, account representative,
        business development, bdr, sdr, inside sales, sales operations, sales engineer, sales consultant, presales,
        pre sales, key account, key accounts, territory manager, partnerships, channel, alliances,
        commercial director, chief commercial officer, commercial manager, head of commercial, new business,
        vertrieb, vertriebsleiter, vertriebsleiterin, verkauf, verkaufer, verkauferin, aussendienst,
        vertriebsmitarbeiter, ventes, vente, attache commercial, ingenieur commercial, responsable commercial,
        directeur commercial, ventas, vendedor, vendedora, comercial, المبيعات, مبيعات, 銷售, 销售, 業務, 业务,
        sales executive, telemarketer, retail, store manager, shop manager, merchandiser, peddler, vendor,
        auctioneer, real estate, realtor, broker, cashier, cashier checker, demonstrator
    """),
    (14, "Customer success", """
        customer success, customer service, customer support, customer care, customer experience,
        customer operations, client services, client service, client success, client relations, call center,
        call centre, contact center, contact centre, help desk representative, service desk representative,
        support representative, technical support, chief customer officer, kundenservice, kundenbetreuung,
        kundenberater, service client, relation client, atencion al cliente, servicio al cliente, خدمة العملاء, 客服,
        客戶服務, 客户服务, customer
    """),
    (16, "HR", """
        HR, hr manager, hr director, hr business partner, human resources, human resource, chro,
        chief people officer, people operations, people and culture, people partner, head of people, vp people,
        people director, talent, talent acquisition, recruiter, recruiting, recruitment, recruitment executive,
        staffing, compensation, benefits, payroll, learning and development, training manager, training specialist,
        training coordinator, employee relations, labor relations, diversity, personnel, personalwesen,
        personalleiter, personalleiterin, personalabteilung, ressources humaines, rh, drh, recursos humanos, rrhh,
        الموارد البشرية, موارد بشرية, 人力資源, 人力资源, 人事, job analyst, employment
    """),
    (18, "Legal", """
        legal, lawyer, attorney, counsel, general counsel, chief legal officer, clo, paralegal, litigation,
        compliance, regulatory affairs, privacy officer, data protection officer, dpo, contracts manager,
        contract manager, company secretary, judge, magistrate, notary, patent agent, court, bailiff, recht,
        rechtsanwalt, rechtsanwaltin, justiziar, juriste, juridique, avocat, avocate, abogado, abogada, juridico,
        القانونية, قانوني, محامي, 法務, 法务, 法律, 律師, 律师
    """),
    (20, "Procurement", """
        procurement, purchasing, purchaser, buyer, cpo procurement, chief procurement officer, sourcing,
        strategic sourcing, category manager, vendor management, vendor manager, supplier management,
        supplier quality, einkauf, einkaufer, einkauferin, einkaufsleiter, beschaffung, achats, acheteur, acheteuse,
        compras, comprador, compradora, المشتريات, مشتريات, 採購, 采购
    """),
    (22, "Finance", """
        finance, financial, cfo, chief financial officer, chief finance officer, accounting, accountant,
        accounts payable, accounts receivable, treasury, treasurer, controller, comptroller, controlling, fp a, tax,
        taxes, audit, auditor, bookkeeper, bookkeeping, billing, credit, investor relations, investment, investments,
        invoice, loan, loans, underwriter, underwriting, actuary, banker, banking, teller, budget,
        financial controller, insurance, claims, claim, collector, collections, mortgage, appraiser, portfolio,
        securities, risk, chief risk officer, trader, wealth, escrow, estimator, cost estimator, cost, finanzen,
        finanz, buchhaltung, buchhalter, buchhalterin, finances, financier, financiere, comptable, comptabilite,
        finanzas, financiero, financiera, contabilidad, contador, contadora, المالية, مالي, محاسب, محاسبة, 財務,
        财务, 會計, 会计, 財務長
    """),
    (24, "IT", """
        IT, it manager, it director, it specialist, it support, it administrator, it analyst, it consultant,
        it engineer, it project manager, it leiter, it leiterin, it security, head of it, vp it, vp of it,
        director of it, cio, cto, ciso, chief information officer, chief information ... officer,
        chief technology officer, chief technical officer, chief data officer, chief digital officer,
        chief digital ... officer, information technology, information systems, information security, infosec,
        cybersecurity, cyber security, cyber, security architect, security engineer, network, networks, networking,
        systems administrator, system administrator, sysadmin, systems analyst, system analyst, systems engineer,
        systems programmer, database, databases, dba, data architect, data engineer, data warehouse, data center,
        data scientist, data science, data analyst, data governance, big data, business intelligence, bi developer,
        enterprise architect, enterprise architecture, solution architect, solutions architect, technical architect,
        cloud, devops, sre, site reliability, infrastructure, help desk, helpdesk, service desk, desktop support,
        computer, computers, software, programmer, developer, java, javascript, php, python, net developer, frontend,
        front end, backend, back end, full stack, web, webmaster, ios, android, mobile, sap, oracle,
        salesforce administrator, salesforce developer, crm, erp, sharepoint, linux, unix, windows, vmware, sql, etl,
        hadoop, cobol, mainframe, applications, application, technology, digital transformation, software engineer,
        software developer, software architect, qa, qa engineer, quality assurance engineer, test automation,
        user experience, ux, ui, informatik, informatiker, edv, softwareentwickler, softwareentwicklerin, entwickler,
        entwicklerin, systemadministrator, informatique, dsi, rssi, developpeur, developpeuse, informatica, sistemas,
        desarrollador, desarrolladora, tecnologia, تقنية المعلومات, تكنولوجيا المعلومات, مطور, 資訊, 信息技术, 信息,
        軟體, 软件, 技術長, 資訊長, 系統, 系统, 首席技术官
    """),
    (26, "Product", """
        product, product manager, product owner, product management, chief product officer, head of product,
        product designer, scrum master, agile coach, scrum, produkt, produktmanager, produktmanagerin,
        produktmanagement, chef de produit, produit, producto, مدير المنتج, 產品, 产品
    """),
    (28, "Research", """
        research, researcher, r d, research and development, scientist, scientific, biologist, chemist, physicist,
        mathematician, statistician, geologist, astronomer, botanist, zoologist, anthropologist, archeologist,
        archaeologist, economist, historian, sociologist, psychologist, laboratory, lab, clinical research,
        innovation, forschung, entwicklung, recherche, investigacion, geophysicist, meteorologist, hydrologist,
        geneticist, microbiologist, biochemist, ecologist, 研發, 研发, 研究
    """),
    (30, "Health care", """
        nurse, nursing, rn, lpn, cna, physician, doctor, surgeon, surgical, medical, medicine, clinical, clinic,
        clinician, hospital, health, healthcare, patient, pharmacist, pharmacy, dental, dentist, hygienist,
        therapist, therapy, psychiatrist, psychiatric, veterinarian, veterinary, paramedic, emt, radiologist,
        radiologic, radiology, sonographer, ultrasound, phlebotomist, optometrist, optician, dietitian, dietician,
        nutritionist, chiropractor, midwife, caregiver, home care, care manager, oncology, icu, ot, pediatric,
        pediatrician, cardiologist, cardiology, cardiovascular, anesthesiologist, anesthetist, pathologist,
        pathology, orthopedic, orthotist, prosthetist, podiatrist, audiologist, dermatologist, neurologist,
        gynecologist, obstetrician, urologist, ophthalmologist, arzt, arztin, medecin, infirmier, infirmiere,
        enfermero, enfermera, medico, طبيب, ممرض, 醫師, 医生, 護理, 护士, embalmer, social worker, counselor,
        rehabilitation, case manager, acupuncturist, hospice, respiratory, care, child welfare, dialysis, mri, ct,
        x ray
    """),
    (32, "Education", """
        teacher, teaching, professor, lecturer, instructor, tutor, school, schools, education, educator, educational,
        university, college, academic, faculty, dean, provost, registrar, curriculum, librarian, library, training,
        trainer, school principal, student, students, lehrer, lehrerin, professeur, enseignant, enseignante,
        profesor, profesora, docente, معلم, مدرس, 教師, 教授, 老师, chancellor, kindergarten, child care, preschool,
        coach, superintendent of schools
    """),
    (34, "Engineering", """
        engineer, engineers, engineering, architect, architectural, drafter, draftsman, drafting, cad, surveyor,
        mechanical, electrical, civil, chief engineer, hardware, firmware, embedded, design engineer, structural,
        designer, design, aerospace, aeronautical, calibration, test technician, electronics technician, electronic,
        electronics, technical director, ingenieur, ingenieurin, ingenieure, konstrukteur, ingenierie, ingeniero,
        ingeniera, ingenieria, مهندس, الهندسة, هندسة, 工程師, 工程师, 工程
    """),
    (36, "Logistics", """
        logistics, supply chain, warehouse, warehousing, distribution, distributor, shipping, shipper, receiving,
        freight, transport, transportation, fleet, delivery, driver, truck, trucker, courier, messenger, dispatcher,
        dispatch, inventory, stock, stocker, forklift, loader, unloader, packer, packager, cargo, import, export,
        customs, traffic, pilot, flight, ship, vessel, sailor, deck, mate, deckhand, longshore, stevedore, railroad,
        rail, train, locomotive, bus, taxi, chauffeur, mover, mail, postal, postmaster, baggage, airline, airport,
        aircraft, marine, boat, ferry, tug, barge, captain, conductor, brake, yard, logistik, lager, versand,
        fuhrpark, logistique, transports, logistica, almacen, transporte, chofer, اللوجستية, سائق, 物流, 倉庫, 仓库,
        司機, 供應鏈, 供应链
    """),
    (38, "Administration", """
        executive assistant, personal assistant, administrative, administrative assistant, admin, office manager,
        office, secretary, receptionist, clerk, clerical, typist, data entry, front desk, assistant to, records,
        file clerk, administration, stenographer, transcriptionist, proofreader, verwaltung, sekretar, sekretarin,
        assistenz, secretaire, assistante de direction, assistante, secretaria, administrativo, administrativa,
        administracion, سكرتير, سكرتيرة, 行政, 秘書, 秘书, telephone operator, switchboard, translator, interpreter,
        ombudsman, legislator, mayor, city, public
    """),
    (40, "Production", """
        production, manufacturing, factory, plant, plant manager, machine, machinist, machines, operator, assembler,
        assembly, fabricator, fabrication, welder, welding, toolmaker, tool, die, lathe, cnc, grinder, cutter,
        finisher, tender, mill, miller, mixer, press, presser, puncher, molder, mold, caster, foundry, furnace, kiln,
        oven, baker, bakery, butcher, quality, quality control, quality assurance, inspector, tester, checker, lean,
        weaver, knitter, sewer, sewing, stitcher, tailor, dyer, printer, printing, bookbinder, engraver, painter,
        polisher, sander, sawyer, saw, carpenter, cabinetmaker, upholsterer, glazier, plumber, pipefitter, fitter,
        electrician, mechanic, repairer, repair, maintenance, maintainer, millwright, rigger, installer, builder,
        mason, bricklayer, roofer, laborer, labourer, helper, hand, worker, foreman, construction, driller, miner,
        mining, blaster, oil, gas, refinery, boiler, process, setter, feeder, trimmer, sorter, washer, dryer, drier,
        filler, maker, winder, spinner, roller, cleaner, coater, plater, stripper, splitter, scraper, bender, shaper,
        cooker, smoker, curer, blender, crusher, pulverizer, separator, contractor, apprentice, baster, mender,
        edger, oiler, patcher, tacker, pusher, extractor, layer, puller, grader, picker, runner, carrier, marker,
        sprayer, turner, adjuster, weigher, servicer, grower, erector, wrapper, former, hanger, tier, coverer,
        preparer, dipper, fixer, folder, liner, changer, attacher, mounter, buffer, inserter, pumper, straightener,
        wirer, applicator, remover, gauger, breaker, blocker, burner, binder, patternmaker, processor, keeper,
        handler, joiner, slicer, peeler, bagger, baler, bleacher, carver, catcher, caulker, chipper, cleaver, drawer,
        dumper, embosser, etcher, facer, fastener, framer, glazer, gluer, hooker, lacer, laster, lapper, leveler,
        lubricator, matcher, melter, nailer, opener, perforator, planer, plasterer, pounder, presetter, ripper,
        sampler, sealer, sharpener, shearer, skinner, slitter, solderer, splicer, stacker, stamper, steamer, taper,
        tinter, twister, unwinder, varnisher, waxer, wiper, tire, wood, leather, metal, pipe, wire, paper, glass,
        rubber, textile, cloth, fertigung, produktion, produktionsleiter, werksleiter, werk, usine, ouvrier,
        produccion, fabrica, planta, الانتاج, مصنع, فني, 生產, 生产, 製造, 制造, 廠長, 厂长
    """),
    (42, "Operations", """
        operations, operation, ops, coo, chief operating officer, facilities, facility, operational excellence,
        business operations, business process, continuous improvement, process improvement, business analyst,
        project manager, project management, pmo, projektleiter, projektleiterin, chef de projet, consultant,
        consulting, advisory, strategy, transformation, change management, security, safety, environmental,
        sustainability, ehs, hse, fire, fireman, firefighter, police, sheriff, guard, detective, service, services,
        restaurant, kitchen, cook, chef, waiter, waitress, bartender, food, hotel, housekeeper, housekeeping,
        janitor, custodian, groundskeeper, gardener, landscaper, farmer, farm, farmworker, ranch, animal, fish,
        fisher, hunter, forester, logger, barber, hairdresser, hair stylist, beautician, cosmetologist, manicurist,
        usher, valet, porter, butler, maid, laundry, entertainer, actor, dancer, musician, artist, photographer,
        producer, announcer, writer, author, editor, journalist, reporter, program, project, property, building,
        store, field, technical, systems, system, area, district, regional, branch, station, betrieb, betriebsleiter,
        exploitation, operaciones, العمليات, 營運, 運營, 运营, 營運長, 首席运营官, specialist, technician,
        inspector general, examiner, investigator, guide, server, host, hostess, steward, dealer, supervisor,
        coordinator, attendant, agent, planner, analyst
    """),
)  # fmt: skip

EVERYONE_ELSE = "staff"
"""The seniority of somebody of a known department whose title names no rank."""

EXECUTIVES = """
        general manager, country manager, managing director, chief of staff, board, geschaftsleitung, direction generale
"""
"""Who runs the whole, where the title names no department; everybody else of the highest rank does too."""

BUYING_ROLES = (
    # position, if_seniority, if_department, role
    (10, "c_level", "", "decision_maker"),
    (20, "", "IT", "it_expert"),
    (30, "vp", "", "decision_maker"),
    (40, "director", "", "influencer"),
    (50, "manager", "", "influencer"),
    (60, "staff", "Procurement", "influencer"),
    (70, "staff", "Legal", "influencer"),
    (80, "staff", "", "user"),
)

PERSONAS = (
    # position, if_seniority, if_department, the persona that ships for the role
    (10, "c_level", "", "decision_maker"),
    (20, "", "IT", "it_expert"),
    (30, "vp", "", "decision_maker"),
    (40, "director", "", "influencer"),
    (50, "manager", "", "influencer"),
    (60, "staff", "", "user"),
)


def phrases(text: str) -> list[str]:
    """The phrases of a text in which they stand between commas."""
    return [" ".join(phrase.split()) for phrase in text.split(",")]


def title_rules(roles: Mapping[str, BuyingRole], personas: Mapping[str, Persona]) -> Iterator[TitleRule]:
    """The rules that ship, for the roles and personas, by the code of their role, that this installation has."""
    for position, seniority, text in SENIORITY:
        yield TitleRule(position=position, suggests="seniority", seniority=seniority, phrases=phrases(text))
    for position, department, text in DEPARTMENTS:
        yield TitleRule(position=position, suggests="department", department=department, phrases=phrases(text))
        yield TitleRule(position=900, suggests="seniority", seniority=EVERYONE_ELSE, if_department=department)
    executive = {"suggests": "department", "department": "Executive"}
    yield TitleRule(position=50, phrases=phrases(EXECUTIVES), **executive)
    yield TitleRule(position=900, if_seniority=Seniority.C_LEVEL, **executive)
    for position, if_seniority, if_department, code in BUYING_ROLES:
        if role := roles.get(code):
            asked = {"if_seniority": if_seniority, "if_department": if_department}
            yield TitleRule(position=position, suggests="buying_role", buying_role=role, **asked)
    for position, if_seniority, if_department, code in PERSONAS:
        if persona := personas.get(code):
            asked = {"if_seniority": if_seniority, "if_department": if_department}
            yield TitleRule(position=position, suggests="persona", persona=persona, **asked)
